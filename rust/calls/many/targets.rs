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

/// The CPUs of a word. `cpumask` is made of `unsigned long`.
const CPUS: u32 = usize::BITS;

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
            first: index as u32 * CPUS,
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
    #[cold]
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

    /// Those that `condition` holds for, which is called with preemption off.
    pub(super) fn that(self, condition: &'a mut dyn FnMut(CpuId) -> bool) -> Self {
        Self {
            condition: Some(condition),
            ..self
        }
    }

    /// Those of word `index`. Preemption is off: `here` is this CPU, and no CPU goes offline.
    #[inline]
    fn word(&mut self, index: usize, here: CpuId) -> Some64 {
        let mut cpus = Some64::of_mask(self.cpus, index);
        if self.but_self {
            cpus = cpus.without(here);
        }
        if let Some(condition) = &mut self.condition {
            cpus = cpus.that(*condition);
        }
        cpus
    }
}

/// The CPUs that the current or last call was for: the others' elements are not looked at.
///
/// The sender writes it, while a report may read it: that then finds elements of the last call,
/// which have ended.
///
/// # Invariants
///
/// All CPUs are possible.
pub(super) struct Asked(KVec<Atomic<usize>>);

impl Asked {
    pub(super) fn new(flags: Flags) -> Result<Self, AllocError> {
        let mut asked = KVec::with_capacity(words(), flags)?;
        while asked.push_within_capacity(Atomic::new(0)).is_ok() && asked.len() < words() {}
        // INVARIANT: There are no CPUs in it.
        Ok(Self(asked))
    }

    /// Writes down the `targets`, and shows them to `queue`, this CPU last. Preemption is off.
    #[inline]
    pub(super) fn ask(&self, mut targets: Targets<'_>, here: CpuId, mut queue: impl FnMut(CpuId)) {
        let mut own = false;
        for (index, asked) in self.0.iter().enumerate() {
            let cpus = targets.word(index, here);
            // INVARIANT: They are possible.
            asked.store(cpus.bits, ordering::Relaxed);
            for cpu in cpus {
                if cpu == here {
                    own = true;
                } else {
                    queue(cpu);
                }
            }
        }
        // The other CPUs are at work already.
        if own {
            queue(here);
        }
    }

    pub(super) fn iter(&self) -> Iter<'_> {
        Iter {
            asked: self,
            next: 0,
            cpus: Some64::NONE,
        }
    }
}

/// See [`Asked::iter`]. A named type, because the type of a chain of closures becomes part of the
/// names of functions, and makes them longer than the kernel allows.
pub(super) struct Iter<'a> {
    asked: &'a Asked,
    next: usize,
    cpus: Some64,
}

impl Iterator for Iter<'_> {
    type Item = CpuId;

    fn next(&mut self) -> Option<CpuId> {
        loop {
            if let Some(cpu) = self.cpus.next() {
                return Some(cpu);
            }
            let asked = self.asked.0.get(self.next)?;
            // INVARIANT: By the invariant of `Asked` the CPUs are possible.
            self.cpus = Some64 {
                bits: asked.load(ordering::Relaxed),
                first: self.next as u32 * CPUS,
            };
            self.next += 1;
        }
    }
}
