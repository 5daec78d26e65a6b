// SPDX-License-Identifier: GPL-2.0

//! A trait of its own harms nobody.

use crosscall::context::{
    InNmi,
    MaySendIpi, //
};

pub trait Own {}

pub struct Handler<'a>(pub &'a InNmi);

impl Own for Handler<'_> {}
