// SPDX-License-Identifier: GPL-2.0

//! What the files under test import from `kernel::sync`.

pub mod atomic;
