// SPDX-License-Identifier: GPL-2.0

//! What `CPUID` says on each CPU: `arch/x86/kernel/cpuid.c` again, in Rust.
//!
//! A read of `/dev/cpu/N/cpuid` gives records of 16 bytes (`eax`, `ebx`, `ecx`, `edx`) for the
//! leaves from the position on: its lower 32 bits are `eax`, the upper ones `ecx`. Same nodes, same
//! bytes and errors as those of the driver in C, which must not be loaded; but where that asks Xen
//! as its paravirtualised guest, this is the instruction.
//!
//! ```text
//! insmod rust_cpuid.ko; dd if=/dev/cpu/2/cpuid bs=16 count=1 | strings; rmmod rust_cpuid
//! ```

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    bindings,
    cpu::CpuId,
    prelude::*,
    uaccess::UserSliceWriter, //
};

mod cpu_device;

use cpu_device::{
    CpuDevice,
    Registration, //
};

module! {
    type: Cpuid,
    name: "rust_cpuid",
    authors: ["crosscall developers"],
    description: "What CPUID says on each CPU",
    license: "GPL v2",
}

struct Cpuid {
    _devices: Registration,
}

type Device = Cpuid;

// Safe in later versions of Rust.
#[allow(unused_unsafe)]
fn cpuid(leaf: u32, subleaf: u32) -> [u32; 4] {
    // SAFETY: Each x86-64 CPU has the instruction, and it changes nothing.
    let out = unsafe { core::arch::x86_64::__cpuid_count(leaf, subleaf) };
    [out.eax, out.ebx, out.ecx, out.edx]
}

impl CpuDevice for Cpuid {
    const NAME: &'static CStr = c"cpuid";
    const REGION: &'static CStr = c"cpu/cpuid";
    const STATE: &'static CStr = c"x86/cpuid:online";
    const PREFIX: &'static CStr = c"cpu";
    const MAJOR: u32 = bindings::CPUID_MAJOR;
    const RECORD: usize = size_of::<[u32; 4]>();

    fn read(cpu: CpuId, at: &mut u64, to: &mut UserSliceWriter) -> Result {
        let task = TaskContext::new();
        while !to.is_empty() {
            let (leaf, subleaf) = (*at as u32, (*at >> 32) as u32);
            let record = csd::call(&task, cpu, |_cx| cpuid(leaf, subleaf))?;
            to.write(&record)?;
            *at = at.wrapping_add(1);
        }
        Ok(())
    }
}

impl kernel::Module for Cpuid {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self {
            _devices: Registration::new()?,
        })
    }
}
