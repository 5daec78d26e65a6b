// SPDX-License-Identifier: GPL-2.0

//! The tokens of what was replaced.

use super::*;

pub(super) fn tokens_dropped_in_each_context(other: CpuId, _third: CpuId) -> Result {
    let drops = Drops::new()?;
    let mut n = 0;
    let by_drops = || named_by(1, Some(Dropped(drops.clone())));
    for context in Context::ALL {
        let mut owned = Some((Handler::new(by_drops()?), by_drops()?));
        let mut quiescing =
            Some(Handler::new(by_drops()?).replace_async(named(2)?, &TaskContext::new()));
        // Where there are no NMIs to be had, the drop is here.
        let _ = run_in(context, other, || drop((owned.take(), quiescing.take())));
        drop((owned, quiescing));
        n += 3;
        check!(reaped(&drops, n));
    }
    Ok(())
}

pub(super) fn leaked_tokens_are_leaked(other: CpuId, _third: CpuId) -> Result {
    let slot = slot(named(1)?)?;
    let (_visit, _call) = visit(&slot, other, 1)?;
    forget(slot.replace_async(named(2)?, &TaskContext::new()));
    forget(slot.replace(named(3)?, GracePeriod::Expedited, &TaskContext::new()));
    forget(Handler::new(named(4)?));
    Ok(())
}

pub(super) fn into_inner_gives_the_handler(_other: CpuId, _third: CpuId) -> Result {
    let drops = Drops::new()?;
    let slot = Handler::new(named_by(7, Some(Dropped(drops.clone())))?);
    let inner = slot.into_inner();
    check!(inner.name == 7 && drops.counts().0 == 0);
    drop(inner);
    check!(reaped(&drops, 1));
    Ok(())
}

#[pin_data]
struct Locked {
    #[pin]
    lock: SpinLock<u32>,
}

pub(super) fn pinned_state(_other: CpuId, _third: CpuId) -> Result {
    let locked = |value| {
        Quiesced::new(
            pin_init!(Locked { lock <- new_spinlock!(value) }),
            GFP_KERNEL,
        )
    };
    let slot = Handler::new(locked(1)?);
    slot.read(|handler| *handler.lock.lock() += 1);
    let old = slot.replace(locked(0)?, GracePeriod::Expedited, &TaskContext::new());
    let value = *old.lock.lock();
    check!(value == 2);
    Ok(())
}
