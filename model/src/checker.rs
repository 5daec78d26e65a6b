// SPDX-License-Identifier: GPL-2.0

//! The checker that the models run under.

mod loom;

pub(crate) use self::loom::*;
