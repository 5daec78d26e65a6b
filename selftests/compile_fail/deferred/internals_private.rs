// SPDX-License-Identifier: GPL-2.0
//! expect: E0603
//! expect-text: module `state` is private
//! The words of a CPU are changed by the protocol alone.
//! pass: What clients need is not.

include!("common/names.rs");

use crosscall::calls::deferred::state::Cpu as Name; //[fail]
use crosscall::calls::deferred::Outcome as Name; //[pass]

