// SPDX-License-Identifier: GPL-2.0

use core::{
    cell::Cell,
    marker::PhantomData,
    pin::Pin, //
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
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
};
