// SPDX-License-Identifier: GPL-2.0

//# paths: E0308
//! The macros check the type of the field, whatever else the names of the
//! client's crate stand for.
//! pass: No name in the macros is the client's to rebind: `kernel` and `core`
//! are this crate, and there is no prelude. All macros that the crate exports
//! are used here.
#![allow(unused_extern_crates)]
#![no_implicit_prelude]

extern crate core as c;
extern crate kernel as k;
extern crate self as core;
extern crate self as kernel;

use ::crosscall::{
    context::IrqsOff,
    csd::{
        Csd,
        CsdCallback, //
    },
    irq_work::{
        Context,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
};
use c::{
    marker::{
        Send,
        Sync, //
    },
    pin::Pin, //
};
use k::alloc::KBox;

pub struct Sampler<T: 'static + Send + Sync> {
    csd: Csd<Self>,
    work: IrqWork<Self>,
    pub x: T,
}

::crosscall::impl_has_csd! {
    impl{T: 'static + Send + Sync} HasCsd for Sampler<T> { self.csd }
}

::crosscall::impl_has_irq_work! {
    impl{T: 'static + Send + Sync} HasIrqWork for Sampler<T> { self.csd } //[fail]
    impl{T: 'static + Send + Sync} HasIrqWork for Sampler<T> { self.work } //[pass]
}

impl<T: 'static + Send + Sync> CsdCallback for Sampler<T> {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

impl<T: 'static + Send + Sync> IrqWorkCallback for Sampler<T> {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}
