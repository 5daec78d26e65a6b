// SPDX-License-Identifier: GPL-2.0

//! What the core and the calls ask of the module that they are part of, and report to it.
//!
//! `rust/kernel/host.rs` has the same names for a kernel tree, where code does not go away.

pub(crate) use crate::module::{
    gate::{
        shut_down,
        Gate, //
    },
    origin::{
        Code,
        CodePtr,
        ModuleKept,
        Origin,
        GONE,
        GONE_CALLBACK, //
    },
    reaping::drop_payload,
    registry::{
        Entry,
        Registered, //
    },
    stats::{
        csd_queued,
        csd_refused,
        csd_runs,
        flushed,
        handler_replaced,
        has_run,
        stalled,
        work_coalesced,
        work_queued,
        work_refused,
        work_runs, //
    },
    unload::{
        is_foreign,
        use_callback, //
    },
};
