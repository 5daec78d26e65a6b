// SPDX-License-Identifier: GPL-2.0

//! [`Debug`](fmt::Debug) for all types of the core.
//!
//! A driver derives it for a type that has a token in it, and unwraps errors that give tokens back.
//! Deriving it here would require it of callbacks and objects, and closures do not have it. Hence
//! the types show their names, and where a call is.

use kernel::fmt;

use crate::{
    context::{
        InNmi,
        IrqsOff,
        NotInNmi,
        TaskContext,
        ThreadedOnRt, //
    },
    csd::{
        self,
        CsdCallback,
        CsdPointer,
        Refused,
        TimedOut, //
    },
    irq_work::{
        self,
        exclusive::{
            self,
            Exclusive, //
        },
        pointer::SharedPointer,
        HasIrqWork,
        IrqWorkCallback, //
    },
};

macro_rules! debug_by_name {
    ($($name:literal impl{$($generics:tt)*} $type:ty;)*) => {
        $(
            impl<$($generics)*> fmt::Debug for $type {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.debug_struct($name).finish_non_exhaustive()
                }
            }
        )*
    };
}

pub(crate) use debug_by_name;

debug_by_name! {
    "TaskContext" impl{} TaskContext;
    "IrqsOff" impl{} IrqsOff;
    "ThreadedOnRt" impl{} ThreadedOnRt;
    "InNmi" impl{} InNmi;
    "NotInNmi" impl{} NotInNmi;

    "Csd" impl{T: CsdCallback} csd::Csd<T>;
    "CsdProjection" impl{T: CsdCallback} csd::CsdProjection<'_, T>;
    "Idle" impl{P: CsdPointer} csd::Idle<P>;
    "Closure" impl{
        F: FnMut(&IrqsOff) -> R + Send + 'static,
        R: Send + 'static
    } csd::Closure<F, R>;
    "Callback" impl{A: Send + 'static, R: Send + 'static} csd::Callback<A, R>;
    "Slot" impl{F, R} csd::Slot<F, R>;
    "Scope" impl{} csd::Scope<'_, '_>;
    "Killed" impl{T} csd::Killed<T>;
    "ScopedIdle" impl{F, R} csd::ScopedIdle<'_, F, R>;
    "ScopedInFlight" impl{F, R} csd::ScopedInFlight<'_, F, R>;

    "IrqWork" impl{T: IrqWorkCallback} irq_work::IrqWork<T>;
    "IrqWorkProjection" impl{T: IrqWorkCallback} irq_work::IrqWorkProjection<'_, T>;
    "Normal" impl{} irq_work::Normal;
    "Lazy" impl{} irq_work::Lazy;
    "Hard" impl{} irq_work::Hard;
    "Context" impl{M: irq_work::Mode} irq_work::Context<M>;
    "Handle" impl{P: SharedPointer} irq_work::Handle<P>;
    "Exclusive" impl{T} Exclusive<T>;
    "Idle" impl{
        T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static
    } exclusive::Idle<T>;
    "InFlight" impl{
        T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static
    } exclusive::InFlight<T>;
    "Closure" impl{
        M: irq_work::Mode,
        F: Fn(&irq_work::Context<M>) + Send + Sync + 'static
    } irq_work::Closure<M, F>;
    "Closure" impl{
        M: irq_work::Mode,
        F: FnMut(&M::Token) + Send + 'static
    } exclusive::Closure<M, F>;
    "Callback" impl{M: irq_work::Mode} irq_work::Callback<M>;
    "Callback" impl{M: irq_work::Mode} exclusive::Callback<M>;
    "Scoped" impl{
        M: irq_work::Mode,
        F: Fn(&irq_work::Context<M>) + Sync
    } irq_work::Scoped<M, F>;
}

impl<P: CsdPointer> fmt::Debug for csd::InFlight<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlight")
            .field("stall", &self.stall())
            .finish()
    }
}

impl<T> fmt::Debug for Refused<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for TimedOut<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimedOut")
            .field("stall", &self.stall)
            .finish_non_exhaustive()
    }
}
