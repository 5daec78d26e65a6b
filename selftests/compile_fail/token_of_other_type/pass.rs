// SPDX-License-Identifier: GPL-2.0

//! The types themselves.

use crosscall::{
    csd::{
        self,
        CsdPointer, //
    },
    irq_work::{
        Handle,
        SharedPointer, //
    },
};

pub fn a<P: CsdPointer>(_: csd::Idle<P>) {}
pub fn b<P: SharedPointer>(_: Handle<P>) {}
