// SPDX-License-Identifier: GPL-2.0

//! What the types of `table` are made of. `run` appends its assertions to this.
#![allow(coherence_leak_check, dead_code, missing_docs)]

use core::{
    cell::Cell,
    marker::PhantomData,
    pin::Pin, //
};
use crosscall::{
    calls::{
        self,
        deferred,
        many,
        quiesce,
        shared, //
    },
    context::{
        self,
        IrqsOff, //
    },
    csd::{
        self,
        Csd,
        CsdCallback, //
    },
    impl_has_csd, impl_has_irq_work,
    irq_work::{
        self,
        exclusive::Exclusive,
        Context,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
};
use kernel::{
    fmt,
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
};

/// `Send`, not `Sync`.
type SendOnly = Cell<u8>;
/// `Sync`, not `Send`.
type SyncOnly = kernel::sync::MutexGuard<'static, u8>;
type Neither = *mut u8;

type Sub = for<'x> fn(&'x u8);
type Super = fn(&'static u8);

/// An object with a csd and an irq_work of its own type, and what else it keeps.
macro_rules! object {
    ($name:ident, $irq_work:ident, {$($bounds:tt)*}, $csd:ty, $csd_target:ty, $work:ty,
     $work_target:ty, $context:ty) => {
        #[pin_data]
        pub struct $name<D: 'static + $($bounds)*> {
            #[pin]
            csd: Csd<Self>,
            data: D,
        }

        impl_has_csd! {
            impl{D: 'static + $($bounds)*} HasCsd for $name<D> { self.csd }
        }

        impl<D: 'static + $($bounds)*> CsdCallback for $name<D> {
            type Pointer = $csd;
            type Output = Cell<u8>;

            fn run(_this: $csd_target, _cx: &IrqsOff) -> Cell<u8> {
                Cell::new(0)
            }
        }

        #[pin_data]
        pub struct $irq_work<D: 'static + $($bounds)*> {
            #[pin]
            work: IrqWork<Self>,
            data: D,
        }

        impl_has_irq_work! {
            impl{D: 'static + $($bounds)*} HasIrqWork for $irq_work<D> { self.work }
        }

        impl<D: 'static + $($bounds)*> IrqWorkCallback for $irq_work<D> {
            type Mode = Hard;
            type Pointer = $work;

            fn run(_this: $work_target, _cx: &$context) {}
        }
    };
}

object! {
    Boxed, Single, {Send}, Pin<KBox<Self>>, Pin<&mut Self>, Exclusive<Self>, Pin<&mut Self>, IrqsOff
}
object! {
    Counted, Ring, {Send + Sync}, Arc<Self>, ArcBorrow<'_, Self>, Arc<Self>, ArcBorrow<'_, Self>,
    Context<Hard>
}

/// Has the csd, and the irq_work, of a type and of its supertype, and is covariant itself.
macro_rules! varying {
    ($csd:ident, $exclusive:ident, $shared:ident) => {
        #[pin_data]
        pub struct $csd<F: 'static> {
            #[pin]
            a: Csd<$csd<Sub>>,
            #[pin]
            b: Csd<$csd<Super>>,
            _f: PhantomData<F>,
        }

        #[pin_data]
        pub struct $exclusive<F: 'static> {
            #[pin]
            a: IrqWork<$exclusive<Sub>>,
            #[pin]
            b: IrqWork<$exclusive<Super>>,
            _f: PhantomData<F>,
        }

        #[pin_data]
        pub struct $shared<F: 'static> {
            #[pin]
            a: IrqWork<$shared<Sub>>,
            #[pin]
            b: IrqWork<$shared<Super>>,
            _f: PhantomData<F>,
        }

        varying! { $csd, $exclusive, $shared, Sub, a }
        varying! { $csd, $exclusive, $shared, Super, b }
    };

    ($csd:ident, $exclusive:ident, $shared:ident, $f:ty, $field:ident) => {
        impl_has_csd! {
            impl HasCsd for $csd<$f> { self.$field }
        }

        impl CsdCallback for $csd<$f> {
            type Pointer = Pin<KBox<Self>>;
            type Output = ();

            fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
        }

        impl_has_irq_work! {
            impl HasIrqWork for $exclusive<$f> { self.$field }
        }

        impl IrqWorkCallback for $exclusive<$f> {
            type Mode = Hard;
            type Pointer = Exclusive<Self>;

            fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
        }

        impl_has_irq_work! {
            impl HasIrqWork for $shared<$f> { self.$field }
        }

        impl IrqWorkCallback for $shared<$f> {
            type Mode = Hard;
            type Pointer = Pin<KBox<Self>>;

            fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
        }
    };
}

varying! { CsdVar, ExclusiveVar, SharedVar }

/// A callback of a call to many CPUs, or of a deferred work, or of a shared call.
pub struct Call<F, R = ()>(PhantomData<F>, PhantomData<fn() -> R>);

impl<F: Send + Sync + 'static, R: Send + 'static> many::Callback for Call<F, R> {
    type Output = R;

    fn run(&self, _cx: &IrqsOff) -> R {
        loop {}
    }
}

impl<F: Send + Sync + 'static> deferred::Deferred for Call<F> {
    fn run(&self, _cx: &IrqsOff) {}
}

// SAFETY: `this` is not used.
unsafe impl<F: Send + 'static, M: shared::Mode> shared::Callback<M> for Call<F> {
    unsafe fn call(_this: *mut Self, _cx: &shared::Context<M>) {}
}

/// A device that keeps tokens of each kind, of objects that keep the device.
macro_rules! device {
    ($device:ident, $data:ty) => {
        pub struct $device {
            idle: Option<csd::Idle<Arc<Counted<$data>>>>,
            in_flight: Option<csd::InFlight<Pin<KBox<Boxed<$data>>>>>,
            refused: Option<csd::Refused<csd::Idle<Pin<KBox<Boxed<$data>>>>>>,
            timed_out: Option<csd::TimedOut<csd::InFlight<Arc<Counted<$data>>>>>,
            handle: Option<irq_work::Handle<Arc<Ring<$data>>>>,
            exclusive: Option<irq_work::exclusive::Idle<Single<$data>>>,
            pending: Option<irq_work::exclusive::InFlight<Single<$data>>>,
            many: Option<many::Idle<Call<$data, Option<Arc<$data>>>>>,
            calling: Option<many::InFlight<Call<$data>>>,
            called: Option<many::Done<Call<$data>>>,
            shared: Option<shared::Call<shared::Overlapping, Call<$data>>>,
            serial: Option<shared::Call<shared::Serial, Call<$data>>>,
            work: Option<deferred::Work<Call<$data>>>,
            handler: Option<quiesce::Handler<Counted<$data>>>,
            quiesced: Option<quiesce::Quiesced<Counted<$data>>>,
            quiescing: Option<quiesce::Quiescing<quiesce::Callback<$data>>>,
        }

        const _: fn() = {
            fn send_and_sync<T: Send + Sync>() {}
            send_and_sync::<$device>
        };
    };
}

device! { Itself, Itself }
device! { Shared, Arc<Shared> }
device! { Owned, KBox<Owned> }
