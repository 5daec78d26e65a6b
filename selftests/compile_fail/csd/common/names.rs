// SPDX-License-Identifier: GPL-2.0

use core::{
    cell::Cell,
    marker::PhantomData,
    ops::Deref,
    pin::Pin,
    ptr::NonNull, //
};
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        self,
        Callback,
        Csd,
        CsdCallback,
        CsdPointer,
        HasCsd,
        Idle,
        IdleCallback,
        InFlight,
        Output,
        Slot, //
    },
    impl_has_csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering,
            Atomic, //
        },
        Arc,
        ArcBorrow,
        Mutex,
        SpinLock,
        UniqueArc, //
    },
};
