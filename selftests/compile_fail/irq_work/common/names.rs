// SPDX-License-Identifier: GPL-2.0

use core::{
    cell::Cell,
    marker::PhantomData,
    mem,
    ops::Deref,
    pin::Pin,
    ptr::{
        self,
        NonNull, //
    },
};
use crosscall::{
    context::{
        InNmi,
        IrqsOff,
        MaySendIpi,
        NotInNmi,
        TaskContext,
        ThreadedOnRt, //
    },
    impl_has_irq_work,
    irq_work::{
        self,
        exclusive::{
            self,
            Exclusive,
            Idle,
            InFlight, //
        },
        pointer::{
            IrqWorkPointer,
            SharedPointer, //
        },
        Callback,
        Closure,
        Context,
        Handle,
        Hard,
        HasIrqWork,
        IrqWork,
        IrqWorkCallback,
        Lazy,
        Mode,
        Normal,
        Scoped, //
    },
};
use kernel::{
    cpu::CpuId,
    ffi::c_uint,
    prelude::*,
    sync::{
        atomic::{
            ordering,
            Atomic, //
        },
        Arc,
        ArcBorrow,
        Mutex,
        SetOnce,
        SpinLock,
        UniqueArc, //
    },
    time::Jiffies,
    types::NotThreadSafe, //
};

/// What an exclusive token owns.
pub trait Sole: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<Self>> + Send + 'static {}

/// What a handle that can be cloned keeps.
pub trait Counted:
    HasIrqWork + IrqWorkCallback<Pointer = Arc<Self>> + Send + Sync + 'static
{
}

/// What a handle that cannot be cloned keeps.
pub trait Boxed:
    HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<Self>>> + Send + Sync + 'static
{
}

impl<T> Sole for T where T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static {}

impl<T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static> Counted for T {}

impl<T> Boxed for T where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static
{
}
