// SPDX-License-Identifier: GPL-2.0

//! What tests of rules get that need three CPUs online, and one that is not.

use crosscall::context::TaskContext;
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use super::support::{
    offline_cpu_param,
    Cpus,
    Report, //
};

/// One of `tests!`.
pub(crate) type Test = (&'static str, fn(&Env) -> Result);

pub(crate) struct Env {
    pub(crate) task: TaskContext,
    pub(crate) here: CpuId,
    pub(crate) other: CpuId,
    pub(crate) third: CpuId,
    #[allow(dead_code, reason = "not every module calls a CPU that is offline")]
    pub(crate) offline: CpuId,
    _cpus: Cpus<2>,
}

impl Env {
    /// Process context; from the module parameters of these names. -1 is any such CPU.
    pub(crate) fn new(other: i32, third: i32, offline: i32) -> Result<Self> {
        let cpus = Cpus::new([("other", other), ("third", third)])?;
        let offline = offline_cpu_param("offline", offline)?;
        let [other, third] = cpus.others;
        Ok(Self {
            task: TaskContext::new(),
            here: cpus.here,
            other,
            third,
            offline,
            _cpus: cpus,
        })
    }

    /// Runs the tests.
    pub(crate) fn report(&self, tests: &[Test]) {
        let mut report = Report::new(tests.len());
        for (name, test) in tests {
            report.result(name, test(self));
        }
    }
}

/// The module of `TESTS` that get an [`Env`]: its parameters, and the run when it is loaded.
#[macro_export]
macro_rules! module_of_tests {
    ($name:tt, $description:tt) => {
        module! {
            type: Tests,
            name: $name,
            authors: ["crosscall developers"],
            description: $description,
            license: "GPL v2",
            params: {
                other: i32 {
                    default: -1,
                    description: "A CPU that is online and not the one that loads this; -1: any",
                },
                third: i32 {
                    default: -1,
                    description: "Another such CPU; -1: any",
                },
                offline: i32 {
                    default: -1,
                    description: "A CPU that is offline; -1: any",
                },
            },
        }

        struct Tests;

        impl kernel::Module for Tests {
            fn init(_module: &'static ThisModule) -> Result<Self> {
                Env::new(
                    param(module_parameters::other.value()),
                    param(module_parameters::third.value()),
                    param(module_parameters::offline.value()),
                )?
                .report(TESTS);
                Ok(Self)
            }
        }
    };
}
