// SPDX-License-Identifier: GPL-2.0

//! `/sys/kernel/debug/crosscall/`:
//!
//! - `stats`: counters per CPU;
//! - `in_flight`: the calls that have yet to end, with their age.

use core::ops::ControlFlow;
use kernel::{
    debugfs::{
        Dir,
        File, //
    },
    fmt,
    prelude::*, //
};

use crate::csd::{
    registry,
    stats, //
};

/// The files. Without debugfs there are none, and nothing else changes.
#[pin_data]
pub(crate) struct Files {
    #[pin]
    stats: File<()>,
    #[pin]
    in_flight: File<()>,
}

impl Files {
    pub(crate) fn new() -> impl PinInit<Self, Error> {
        pin_init::pin_init_scope(move || {
            let dir = Dir::new(c"crosscall");
            Ok(try_pin_init!(Self {
                stats <- dir.read_callback_file(c"stats", (), &show_stats),
                in_flight <- dir.read_callback_file(c"in_flight", (), &show_in_flight),
            }))
        })
    }
}

fn show_stats(_: &(), f: &mut fmt::Formatter<'_>) -> fmt::Result {
    stats::write_table(f)
}

fn show_in_flight(_: &(), f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut result = Ok(());

    registry::for_each(|call| {
        if call.is_pending() {
            result = f.write_fmt(fmt!("{}\n", call.stall()));
        }
        if result.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    result
}
