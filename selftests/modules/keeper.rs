// SPDX-License-Identifier: GPL-2.0

//! Keeps tokens of `giver`, and uses them in its exit function, when that one is gone.

use crosscall::context::TaskContext;
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

mod shelved;
mod support;
use shelved::*;
use support::*;

module! {
    type: Keeper,
    name: "keeper",
    authors: ["crosscall developers"],
    description: "Keeps tokens whose module is gone",
    license: "GPL v2",
}

fn is_shut_down<T, E: Into<Error>>(result: Result<T, E>) -> Result {
    match result.map_err(Into::<Error>::into) {
        Err(error) if error.to_errno() == -(kernel::bindings::ESHUTDOWN as i32) => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(EIO),
    }
}

fn use_them(shelved: Shelved, report: &mut Report) {
    let task = TaskContext::new();
    let here = CpuId::current();

    report.result("csd_is_refused", is_shut_down(shelved.idle.call_on(here)));
    drop(shelved.dropped);
    report.result("csd_is_dropped", Ok(()));
    let (idle, answer) = shelved.ran.wait(&task);
    let result = is_shut_down(idle.call_on(here));
    report.result("csd_that_ran", if answer == 42 { result } else { Err(EIO) });
    drop(shelved.given_up);
    report.result("csd_is_given_up", Ok(()));
    let again = shelved.work.clone();
    shelved.work.sync(&task);
    let here_too = is_shut_down(again.queue_on(here, &task));
    report.result(
        "irq_work_is_refused",
        is_shut_down(shelved.work.queue()).and(here_too),
    );
    drop((shelved.work, again));
    report.result("many_is_refused", is_shut_down(shelved.many.call_all()));
    report.result("shared_is_refused", is_shut_down(shelved.bell.fire_here()));
}

struct Keeper(Option<KBox<Shelved>>);

impl Drop for Keeper {
    fn drop(&mut self) {
        let mut report = Report::new(7);
        if let Some(shelved) = self.0.take() {
            use_them(KBox::into_inner(shelved), &mut report);
        }
    }
}

impl kernel::Module for Keeper {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self(take()))
    }
}
