// SPDX-License-Identifier: GPL-2.0

//! Model-specific registers of each CPU: `arch/x86/kernel/msr.c` again, in Rust, and reads of many
//! registers on many CPUs by one call.
//!
//! A read of `/dev/cpu/N/msr` gives the register whose number is the position, in 8 bytes. Same
//! nodes, bytes and errors as those of the driver in C, which must not be loaded. Writes are
//! refused by `EPERM`, as that driver does it with its parameter `allow_writes=off`.
//!
//! That driver makes a call for each register of each CPU; here [`BATCH`] takes a list of CPUs and
//! one of registers, and interrupts each of these CPUs once. Profilers that sample 12 registers on
//! 32 CPUs need one ioctl, for which 32 calls are made, instead of 384 reads.
//!
//! ```text
//! insmod rust_msr.ko; dd if=/dev/cpu/2/msr bs=8 count=1 skip=$((0x1b)) iflag=skip_bytes | od -tx8
//! ```

use crosscall::{
    calls::many,
    context::TaskContext,
    csd, //
};
use kernel::{
    bindings,
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    cpumask::CpumaskVar,
    ioctl::_IOWR,
    prelude::*,
    uaccess::{
        UserPtr,
        UserSlice,
        UserSliceWriter, //
    }, //
};

mod cpu_device;

use cpu_device::{
    CpuDevice,
    Registration, //
};

module! {
    type: Msr,
    name: "rust_msr",
    authors: ["crosscall developers"],
    description: "Model-specific registers of each CPU, one or many at a time",
    license: "GPL v2",
}

struct Msr {
    _devices: Registration,
}

type Device = Msr;

/// `X86_IOC_RDMSR_REGS` and `X86_IOC_WRMSR_REGS` of `asm/msr.h`: all registers of the instruction.
const READ_REGS: u32 = _IOWR::<[u32; 8]>(b'c' as u32, 0xa0);
const WRITE_REGS: u32 = _IOWR::<[u32; 8]>(b'c' as u32, 0xa1);

/// Reads registers of CPUs, whichever CPU the node is of. The argument is an array of five
/// numbers: the address of the CPUs' numbers (32 bits each), how many there are, the address of
/// the registers' numbers (32 bits each), how many there are (1 to 16), and the address of the
/// [`Value`]s to write, all of a CPU before those of the next.
const BATCH: u32 = _IOWR::<[u64; 5]>(b'c' as u32, 0xb0);

/// What of it callbacks have room for. They run with interrupts off, and are short.
const MAX_REGISTERS: usize = 16;

/// What a register holds, and 0; or 0 and the negative errno: `EIO`, the CPU does not have the
/// register; `ENXIO`, it is offline.
type Value = [u64; 2];

/// Runs the instruction, with these general registers: `ecx`, the second, says what is read.
fn rdmsr_regs(mut regs: [u32; 8]) -> Result<[u32; 8]> {
    // SAFETY: There are eight of them. A fault is handled: `EIO`. Reading changes no memory.
    match unsafe { bindings::rdmsr_safe_regs(regs.as_mut_ptr()) } {
        0 => Ok(regs),
        errno => Err(Error::from_errno(errno)),
    }
}

fn rdmsr(register: u32) -> Result<u64> {
    let [low, _, high, ..] = rdmsr_regs([0, register, 0, 0, 0, 0, 0, 0])?;
    Ok(u64::from(high) << 32 | u64::from(low))
}

fn value_of(result: Result<u64>) -> Value {
    match result {
        Ok(value) => [value, 0],
        Err(error) => [0, i64::from(error.to_errno()) as u64],
    }
}

/// A list of numbers of the caller's.
fn list(address: u64, count: u64, max: usize) -> Result<KVec<u32>> {
    let count = usize::try_from(count).map_err(|_| EINVAL)?;
    if !(1..=max).contains(&count) {
        return Err(EINVAL);
    }
    let mut list = KVec::with_capacity(count, GFP_KERNEL)?;
    let bytes = count * size_of::<u32>();
    let mut from = UserSlice::new(UserPtr::from_addr(address as usize), bytes).reader();
    while !from.is_empty() {
        list.push(from.read::<u32>()?, GFP_KERNEL)?;
    }
    Ok(list)
}

/// [`BATCH`].
fn batch([cpus, cpu_count, registers, register_count, values]: [u64; 5]) -> Result {
    let cpus = list(cpus, cpu_count, nr_cpu_ids() as usize)?;
    let registers = list(registers, register_count, MAX_REGISTERS)?;
    let mut mask = CpumaskVar::new_zero(GFP_KERNEL)?;
    for cpu in cpus.iter().copied().filter_map(CpuId::from_u32) {
        mask.set(cpu);
    }

    let rows = many::call(&TaskContext::new(), &mask, |_cx| {
        let mut row = [[0; 2]; MAX_REGISTERS];
        for (value, &register) in row.iter_mut().zip(&registers) {
            *value = value_of(rdmsr(register));
        }
        row
    })?;

    let bytes = cpus.len() * registers.len() * size_of::<Value>();
    let mut to = UserSlice::new(UserPtr::from_addr(values as usize), bytes).writer();
    for cpu in cpus {
        // Those that cannot ever be online have none.
        let row = match rows.iter().find(|(of, _)| of.as_u32() == cpu) {
            Some((_, Ok(row))) => row,
            _ => &[value_of(Err(ENXIO)); MAX_REGISTERS],
        };
        for value in &row[..registers.len()] {
            to.write(value)?;
        }
    }
    Ok(())
}

impl CpuDevice for Msr {
    const NAME: &'static CStr = c"msr";
    const REGION: &'static CStr = c"cpu/msr";
    const STATE: &'static CStr = c"x86/msr:online";
    const PREFIX: &'static CStr = c"msr";
    const MAJOR: u32 = bindings::MSR_MAJOR;
    const RECORD: usize = size_of::<u64>();
    const WRITE: Error = EPERM;

    fn may_open() -> Result {
        // SAFETY: Always safe to call in process context.
        match unsafe { bindings::capable(bindings::CAP_SYS_RAWIO as c_int) } {
            true => Ok(()),
            false => Err(EPERM),
        }
    }

    fn read(cpu: CpuId, at: &mut u64, to: &mut UserSliceWriter) -> Result {
        let task = TaskContext::new();
        let register = *at as u32;
        while !to.is_empty() {
            to.write(&csd::call(&task, cpu, |_cx| rdmsr(register))??)?;
        }
        Ok(())
    }

    fn ioctl(cpu: CpuId, readable: bool, command: u32, argument: UserPtr) -> Result {
        match command {
            WRITE_REGS => Err(EPERM),
            READ_REGS | BATCH if !readable => Err(EBADF),
            READ_REGS => {
                let (mut from, mut to) =
                    UserSlice::new(argument, size_of::<[u32; 8]>()).reader_writer();
                let regs = from.read::<[u32; 8]>()?;
                to.write(&csd::call(&TaskContext::new(), cpu, |_cx| {
                    rdmsr_regs(regs)
                })??)
            }
            BATCH => batch(
                UserSlice::new(argument, size_of::<[u64; 5]>())
                    .reader()
                    .read()?,
            ),
            _ => Err(ENOTTY),
        }
    }
}

impl kernel::Module for Msr {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self {
            _devices: Registration::new()?,
        })
    }
}
