// SPDX-License-Identifier: GPL-2.0

//! The CPUs that one mask call is to reach.

use kernel::{
    bindings,
    cpu::CpuId,
    sync::atomic::ordering, //
};

use super::{
    word_of,
    Cpus,
    Some64, //
};
use crate::calls::helpers;

impl Some64 {
    /// Those that are online. Word `index` is theirs.
    #[inline]
    fn online(self, index: usize) -> Self {
        // SAFETY: The mask of online CPUs has this word. C writes to it atomically, as a whole.
        let online =
            unsafe { word_of(&raw const bindings::__cpu_online_mask, index).read_volatile() };
        Self {
            bits: self.bits & online,
            ..self
        }
    }

    /// Those that are not in `others`, which is of the same word.
    #[inline]
    fn that_are_not_in(self, others: Self) -> Self {
        Self {
            bits: self.bits & !others.bits,
            ..self
        }
    }
}

impl Cpus {
    /// Makes the set that of the CPUs of `asked` that a mask call is to reach, and returns their
    /// number. They are online, and do not poll. Shows each of them to `join`, and each other one
    /// to `queue`, but for this CPU, which is `here`. Preemption is off: no CPU goes offline.
    #[inline]
    pub(in super::super) fn choose(
        &self,
        asked: &Self,
        here: CpuId,
        mut join: impl FnMut(CpuId),
        queue: &mut dyn FnMut(CpuId),
    ) -> i32 {
        let mut chosen = 0;
        for (index, word) in self.0.iter().enumerate() {
            let others = asked.word(index).without(here);
            let mut mask = others.online(index);
            others.that_are_not_in(mask).for_each(&mut *queue);
            for cpu in mask {
                // SAFETY: The CPU is possible, and preemption is off.
                if unsafe { helpers::rust_helper_many_polls(cpu.as_u32()) } {
                    mask = mask.without(cpu);
                    queue(cpu);
                } else {
                    join(cpu);
                    // Not more than there are CPUs.
                    chosen = i32::wrapping_add(chosen, 1);
                }
            }
            // INVARIANT: They are in `asked`.
            word.store(mask.bits, ordering::Relaxed);
        }
        chosen
    }

    /// The number of CPUs but for this one, which is `here`.
    #[inline]
    pub(in super::super) fn count_but(&self, here: CpuId) -> u32 {
        let others = |index| self.word(index).without(here);
        (0..self.0.len())
            .map(|index| others(index).bits.count_ones())
            .sum()
    }

    /// The set as C has it, which looks at the bits below `nr_cpu_ids` of a mask.
    pub(in super::super) fn as_raw(&self) -> *const bindings::cpumask {
        self.0.as_ptr().cast()
    }
}
