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
        Callback,
        Closure,
        Context,
        Exclusive,
        Handle,
        Hard,
        HasIrqWork,
        Idle,
        InFlight,
        IrqWork,
        IrqWorkCallback,
        IrqWorkPointer,
        Lazy,
        Mode,
        Normal,
        Scoped,
        SharedPointer, //
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
