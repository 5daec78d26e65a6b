// SPDX-License-Identifier: GPL-2.0

//! The CPUs that a call is for, as words of a mask: one for 64 CPUs.

use kernel::{
    alloc::{
        AllocError,
        Flags, //
    },
    bindings,
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    cpumask::Cpumask,
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    }, //
};

mod mask;

/// The CPUs of a word. `cpumask` is made of `unsigned long`.
const CPUS: u32 = usize::BITS;

/// The first CPU of word `index`, which is less than [`words()`].
#[inline]
fn first_of(index: usize) -> u32 {
    (index as u32).wrapping_mul(CPUS)
}

fn words() -> usize {
    nr_cpu_ids().div_ceil(CPUS) as usize
}

/// Some of the possible CPUs whose bits are in one word of a mask.
///
/// # Invariants
///
/// All CPUs are possible.
#[derive(Clone, Copy)]
pub(super) struct Some64 {
    bits: usize,
    first: u32,
}

impl Some64 {
    const NONE: Self = Self { bits: 0, first: 0 };

    /// Those of word `index` of `mask` that are possible. The mask may change meanwhile.
    #[inline]
    fn of_mask(mask: &Cpumask, index: usize) -> Self {
        // SAFETY: Masks have a word for each `CPUS` CPUs below `nr_cpu_ids`, and `index` is one of
        // them. C writes to whole words of the mask of online CPUs, atomically; the other mask does
        // not change after boot.
        let (wanted, possible) = unsafe {
            (
                word_of(mask.as_raw(), index).read_volatile(),
                *word_of(&raw const bindings::__cpu_possible_mask, index),
            )
        };
        // INVARIANT: In the mask of possible CPUs.
        Self {
            bits: wanted & possible,
            first: first_of(index),
        }
    }

    /// The CPUs without `cpu`.
    #[inline]
    fn without(self, cpu: CpuId) -> Self {
        // The subtraction wraps if the CPU is in an earlier word.
        match cpu.as_u32().wrapping_sub(self.first) {
            bit @ 0..CPUS => Self {
                bits: self.bits & !(1 << bit),
                ..self
            },
            _ => self,
        }
    }

    /// Those that `condition` holds for.
    fn that(self, condition: &mut dyn FnMut(CpuId) -> bool) -> Self {
        self.filter(|&cpu| !condition(cpu))
            .fold(self, Self::without)
    }
}

impl Iterator for Some64 {
    type Item = CpuId;

    #[inline]
    fn next(&mut self) -> Option<CpuId> {
        if self.bits == 0 {
            return None;
        }
        let cpu = self.first + self.bits.trailing_zeros();
        self.bits &= self.bits - 1;
        // SAFETY: By the type's invariant the CPU is possible, hence less than `nr_cpu_ids`.
        Some(unsafe { CpuId::from_u32_unchecked(cpu) })
    }
}

/// # Safety
///
/// The caller must ensure that `mask` points to a mask with a word `index`.
#[inline]
unsafe fn word_of(mask: *const bindings::cpumask, index: usize) -> *const usize {
    // SAFETY: The caller promises that the word is within the mask, which is made of words.
    unsafe { mask.cast::<usize>().add(index) }
}

/// Which CPUs a call is to reach.
pub(super) struct Targets<'a> {
    cpus: &'a Cpumask,
    but_self: bool,
    condition: Option<&'a mut dyn FnMut(CpuId) -> bool>,
}

impl<'a> Targets<'a> {
    pub(super) fn of(cpus: &'a Cpumask) -> Self {
        Self {
            cpus,
            but_self: false,
            condition: None,
        }
    }

    pub(super) fn online() -> Self {
        // SAFETY: The mask is a static of the kernel, valid for good, and is read atomically.
        Self::of(unsafe { Cpumask::from_raw(&raw const bindings::__cpu_online_mask) })
    }

    pub(super) fn online_but_self() -> Self {
        Self {
            but_self: true,
            ..Self::online()
        }
    }

    /// Those that `condition` holds for.
    pub(super) fn that(self, condition: &'a mut dyn FnMut(CpuId) -> bool) -> Self {
        Self {
            condition: Some(condition),
            ..self
        }
    }

    /// Those of word `index`, but for the condition. `here` is this CPU.
    #[inline]
    fn word(&self, index: usize, here: CpuId) -> Some64 {
        let cpus = Some64::of_mask(self.cpus, index);
        if self.but_self {
            cpus.without(here)
        } else {
            cpus
        }
    }
}

/// A set of CPUs that belongs to a call. The sender writes it, while others may read it.
///
/// # Invariants
///
/// All CPUs are possible. There is a word for each [`CPUS`] CPUs below `nr_cpu_ids`.
pub(super) struct Cpus(KVec<Atomic<usize>>);

impl Cpus {
    pub(super) fn new(flags: Flags) -> Result<Self, AllocError> {
        let mut cpus = KVec::with_capacity(words(), flags)?;
        while cpus.len() < words() && cpus.push_within_capacity(Atomic::new(0)).is_ok() {}
        // INVARIANT: There are no CPUs in it, and there was room for all words.
        Ok(Self(cpus))
    }

    /// Makes the set that of the `targets`, for a caller that is on the CPU `here`, or has been
    /// there.
    #[inline]
    pub(super) fn ask(&self, targets: Targets<'_>, here: CpuId) {
        for (index, asked) in self.0.iter().enumerate() {
            // INVARIANT: They are possible.
            asked.store(targets.word(index, here).bits, ordering::Relaxed);
        }
        if let Some(condition) = targets.condition {
            self.keep_those_that(condition);
        }
    }

    /// Leaves out those that the condition does not hold for.
    #[cold]
    #[inline(never)]
    fn keep_those_that(&self, condition: &mut dyn FnMut(CpuId) -> bool) {
        for (index, word) in self.0.iter().enumerate() {
            // INVARIANT: They were in the set, and are possible.
            word.store(self.word(index).that(condition).bits, ordering::Relaxed);
        }
    }

    /// Those of word `index`.
    #[inline]
    fn word(&self, index: usize) -> Some64 {
        let word = self.0.get(index);
        // INVARIANT: By the invariant of `Self` they are possible.
        Some64 {
            bits: word.map_or(0, |word| word.load(ordering::Relaxed)),
            first: first_of(index),
        }
    }

    /// Shows the CPUs to `f`, but for this one, which is `here`.
    #[inline]
    pub(super) fn for_each_but(&self, here: CpuId, f: &mut dyn FnMut(CpuId)) {
        for index in 0..self.0.len() {
            self.word(index).without(here).for_each(&mut *f);
        }
    }

    #[inline]
    pub(super) fn has(&self, cpu: CpuId) -> bool {
        let cpu = cpu.as_u32();
        self.word((cpu / CPUS) as usize).bits >> (cpu % CPUS) & 1 != 0
    }

    pub(super) fn iter(&self) -> Iter<'_> {
        Iter {
            cpus: self,
            next: 0,
            word: Some64::NONE,
        }
    }
}

/// See [`Cpus::iter`]. A named type, because the type of a chain of closures becomes part of the
/// names of functions, and makes them longer than the kernel allows.
pub(super) struct Iter<'a> {
    cpus: &'a Cpus,
    next: usize,
    word: Some64,
}

impl Iterator for Iter<'_> {
    type Item = CpuId;

    fn next(&mut self) -> Option<CpuId> {
        loop {
            if let Some(cpu) = self.word.next() {
                return Some(cpu);
            }
            if self.next == self.cpus.0.len() {
                return None;
            }
            self.word = self.cpus.word(self.next);
            self.next += 1;
        }
    }
}
