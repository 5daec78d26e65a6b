// SPDX-License-Identifier: GPL-2.0

//! A character device for each CPU that is online: what `rust_cpuid` and `rust_msr` share.
//!
//! The kernel's crate has misc devices, but neither character devices with a number of their own,
//! nor classes, nor callbacks of CPU hotplug. Here is what of these the two samples need, and all
//! that is unsafe in them but the instruction itself. As a file of each of the two modules it has
//! static tables, whose addresses the kernel compares: `Device` of the crate root says what is in
//! them.
//!
//! C headers: [`include/linux/fs.h`](srctree/include/linux/fs.h),
//! [`include/linux/device/class.h`](srctree/include/linux/device/class.h),
//! [`include/linux/cpuhotplug.h`](srctree/include/linux/cpuhotplug.h)

use kernel::{
    bindings,
    cpu::CpuId,
    cpumask::Cpumask,
    error::{
        from_err_ptr,
        to_result, //
    },
    prelude::*,
    str::{
        as_char_ptr_in_const_context,
        CStrExt, //
    },
    uaccess::{
        UserPtr,
        UserSlice,
        UserSliceWriter, //
    }, //
};

use super::Device;

/// What differs between the devices.
pub(crate) trait CpuDevice {
    /// Of the class; the nodes are `/dev/cpu/N/NAME`.
    const NAME: &'static CStr;
    /// In `/proc/devices`.
    const REGION: &'static CStr;
    /// Of the state of CPU hotplug that adds and removes nodes.
    const STATE: &'static CStr;
    /// Of the device of a CPU, before its number.
    const PREFIX: &'static CStr;
    /// The number that is reserved for it.
    const MAJOR: u32;
    /// A read is of a multiple of so many bytes; others are refused by `EINVAL`.
    const RECORD: usize;
    /// What a write is refused by.
    const WRITE: Error = EINVAL;

    /// Whether the caller may open the device of a CPU. Process context, may sleep.
    fn may_open() -> Result {
        Ok(())
    }

    /// Writes records of the CPU, from position `at` on, until `to` is full. Process context, may
    /// sleep.
    ///
    /// What has been written before an error is what the caller of `read()` gets.
    fn read(cpu: CpuId, at: &mut u64, to: &mut UserSliceWriter) -> Result;

    /// Handles an ioctl, of a file that was opened for reading, or not. Process context, may sleep.
    fn ioctl(_cpu: CpuId, _readable: bool, _command: u32, _argument: UserPtr) -> Result {
        Err(ENOTTY)
    }
}

/// Read by the kernel alone, which writes to none of it.
#[repr(transparent)]
struct Table<T>(T);

// SAFETY: A table is never written to, and what its pointers point to is static.
unsafe impl<T> Sync for Table<T> {}

static CLASS: Table<bindings::class> = Table(bindings::class {
    name: as_char_ptr_in_const_context(Device::NAME),
    devnode: Some(devnode),
    ..pin_init::zeroed()
});

static OPERATIONS: Table<bindings::file_operations> = Table(bindings::file_operations {
    owner: (&raw const bindings::__this_module).cast_mut(),
    llseek: Some(bindings::no_seek_end_llseek),
    open: Some(open),
    read: Some(read),
    write: Some(write),
    unlocked_ioctl: Some(ioctl),
    // Arguments are laid out the same in programs of 32 bits.
    compat_ioctl: Some(ioctl),
    ..pin_init::zeroed()
});

/// `MINORBITS` of `linux/kdev_t.h`.
const MINOR_BITS: u32 = 20;

const fn number_of(cpu: u32) -> bindings::dev_t {
    Device::MAJOR << MINOR_BITS | cpu
}

const fn minor_of(number: bindings::dev_t) -> u32 {
    number & ((1 << MINOR_BITS) - 1)
}

/// Names the node of a device, in memory that the driver core frees.
///
/// # Safety
///
/// The caller must ensure that `device` is valid.
unsafe extern "C" fn devnode(
    device: *const bindings::device,
    _mode: *mut bindings::umode_t,
) -> *mut c_char {
    // SAFETY: The caller promises that the device is valid. The format is followed by a number of
    // the type that it asks for, and by a string that ends in NUL.
    unsafe {
        bindings::kasprintf(
            bindings::GFP_KERNEL,
            c"cpu/%u/%s".as_char_ptr(),
            minor_of((*device).devt),
            Device::NAME.as_char_ptr(),
        )
    }
}

/// # Safety
///
/// The caller must ensure that both pointers are valid.
unsafe extern "C" fn open(inode: *mut bindings::inode, _file: *mut bindings::file) -> c_int {
    // SAFETY: The caller promises that `inode` is valid. Its number does not change.
    let cpu = CpuId::from_u32(minor_of(unsafe { (*inode).i_rdev }));
    match Device::may_open().and_then(|()| cpu.filter(|&cpu| is_online(cpu)).ok_or(ENXIO)) {
        Ok(_) => 0,
        Err(error) => error.to_errno(),
    }
}

fn is_online(cpu: CpuId) -> bool {
    // SAFETY: The mask is a static of the kernel, valid for good. It changes by atomic operations,
    // and the test of one bit is one load.
    unsafe { Cpumask::from_raw(&raw const bindings::__cpu_online_mask) }.test(cpu)
}

/// The CPU of an open file.
///
/// # Safety
///
/// The caller must ensure that `file` is valid and one that [`open`] has opened.
unsafe fn cpu_of(file: *mut bindings::file) -> Result<CpuId> {
    // SAFETY: The caller promises that `file` is open, hence has an inode, whose number does not
    // change.
    CpuId::from_u32(minor_of(unsafe { (*(*file).f_inode).i_rdev })).ok_or(ENXIO)
}

/// # Safety
///
/// The caller must ensure that `file` is valid and one that [`open`] has opened, and that
/// `position` is valid and exclusive.
unsafe extern "C" fn read(
    file: *mut bindings::file,
    buffer: *mut c_char,
    count: usize,
    position: *mut bindings::loff_t,
) -> isize {
    if count % Device::RECORD != 0 {
        return EINVAL.to_errno() as isize;
    }
    let mut to = UserSlice::new(UserPtr::from_ptr(buffer.cast()), count).writer();
    // SAFETY: The caller promises that `position` is valid and exclusive.
    let mut at = unsafe { *position } as u64;
    // SAFETY: The caller promises that `file` is one that `open()` has opened.
    let result = unsafe { cpu_of(file) }.and_then(|cpu| Device::read(cpu, &mut at, &mut to));
    // SAFETY: The caller promises that `position` is valid and exclusive.
    unsafe { *position = at as bindings::loff_t };
    match (count - to.len(), result) {
        (0, Err(error)) => error.to_errno() as isize,
        (bytes, _) => bytes as isize,
    }
}

/// # Safety
///
/// The caller need not ensure anything: the arguments are not used.
unsafe extern "C" fn write(
    _file: *mut bindings::file,
    _buffer: *const c_char,
    _count: usize,
    _position: *mut bindings::loff_t,
) -> isize {
    Device::WRITE.to_errno() as isize
}

/// `FMODE_READ` of `linux/fs.h`.
const READABLE: bindings::fmode_t = 1;

/// # Safety
///
/// The caller must ensure that `file` is valid and one that [`open`] has opened.
unsafe extern "C" fn ioctl(
    file: *mut bindings::file,
    command: c_uint,
    argument: c_ulong,
) -> c_long {
    // SAFETY: The caller promises that `file` is open. Its mode does not change.
    let readable = unsafe { (*file).f_mode } & READABLE != 0;
    // SAFETY: The caller promises that `file` is one that `open()` has opened.
    let cpu = unsafe { cpu_of(file) };
    let argument = UserPtr::from_addr(argument);
    match cpu.and_then(|cpu| Device::ioctl(cpu, readable, command, argument)) {
        Ok(()) => 0,
        Err(error) => error.to_errno() as c_long,
    }
}

/// The numbers of the devices.
struct Region;

impl Region {
    fn new() -> Result<Self> {
        // SAFETY: The name and the table are static in this module, which goes after `drop()`.
        to_result(unsafe {
            bindings::__register_chrdev(
                Device::MAJOR,
                0,
                bindings::NR_CPUS,
                Device::REGION.as_char_ptr(),
                &raw const OPERATIONS.0,
            )
        })
        .inspect_err(|_| pr_err!("unable to get major {}\n", Device::MAJOR))
        .map(|()| Self)
        .map_err(|_| EBUSY)
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: This is the region that `new()` has registered, and it goes once. No file is
        // open: each holds a reference to the module, by `owner`.
        unsafe {
            bindings::__unregister_chrdev(
                Device::MAJOR,
                0,
                bindings::NR_CPUS,
                Device::REGION.as_char_ptr(),
            )
        };
    }
}

/// The class of the devices.
struct Class;

impl Class {
    fn new(_numbers: &Region) -> Result<Self> {
        // SAFETY: The class is a static of this module, which goes after `drop()`. It is not
        // registered yet: the one `Region` that there can be at a time is that of one `Class`.
        to_result(unsafe { bindings::class_register(&raw const CLASS.0) }).map(|()| Self)
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        // SAFETY: `new()` has registered it, and it goes once. Its devices are gone: `Nodes` was
        // dropped before.
        unsafe { bindings::class_unregister(&raw const CLASS.0) };
    }
}

/// A device for each CPU, while that is online.
struct Nodes(bindings::cpuhp_state);

impl Nodes {
    fn new(_class: &Class) -> Result<Self> {
        // SAFETY: The name and the functions are of this module, which goes after `drop()`.
        let state = unsafe {
            bindings::__cpuhp_setup_state(
                bindings::cpuhp_state_CPUHP_AP_ONLINE_DYN,
                Device::STATE.as_char_ptr(),
                true,
                Some(Self::come),
                Some(Self::go),
                false,
            )
        };
        to_result(state).map(|()| Self(state as bindings::cpuhp_state))
    }

    /// # Safety
    ///
    /// The caller must ensure that the class is registered and that the CPU has no device.
    unsafe extern "C" fn come(cpu: c_uint) -> c_int {
        // SAFETY: The caller promises that the class is registered. The format is followed by a
        // string that ends in NUL, and by a number of the type that it asks for.
        let device = unsafe {
            bindings::device_create(
                &raw const CLASS.0,
                core::ptr::null_mut(),
                number_of(cpu),
                core::ptr::null_mut(),
                c"%s%u".as_char_ptr(),
                Device::PREFIX.as_char_ptr(),
                cpu,
            )
        };
        from_err_ptr(device).map_or_else(|error| error.to_errno(), |_| 0)
    }

    /// # Safety
    ///
    /// The caller must ensure that the class is registered.
    unsafe extern "C" fn go(cpu: c_uint) -> c_int {
        // SAFETY: The caller promises that the class is registered.
        unsafe { bindings::device_destroy(&raw const CLASS.0, number_of(cpu)) };
        0
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        // SAFETY: This is the state that `new()` got, and it goes once. No callback runs after it.
        unsafe { bindings::__cpuhp_remove_state(self.0, true) };
    }
}

/// The devices of all CPUs. Fields are dropped in this order.
pub(crate) struct Registration {
    _nodes: Nodes,
    _class: Class,
    _region: Region,
}

impl Registration {
    /// Makes the devices of the CPUs that are online, and of each that comes online later.
    ///
    /// # Errors
    ///
    /// [`EBUSY`] if the number is taken, by the driver in C for one.
    pub(crate) fn new() -> Result<Self> {
        let region = Region::new()?;
        let class = Class::new(&region)?;
        Ok(Self {
            _nodes: Nodes::new(&class)?,
            _class: class,
            _region: region,
        })
    }
}
