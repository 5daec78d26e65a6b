// SPDX-License-Identifier: GPL-2.0

//! What clients need is not.

use crosscall::deferred::Outcome as Name;
