// SPDX-License-Identifier: GPL-2.0

//! Closures of any type, which take an argument.

use super::*;

/// A call whose type has a name.
struct Device {
    read: Option<csd::IdleCallback<KVec<u32>, u32>>,
}

pub(super) fn closure_of_any_type_takes_an_argument(env: &Env) -> Result {
    let sum = Callback::new(
        KVec::new(),
        |_, numbers: &mut KVec<u32>| numbers.iter().sum(),
        GFP_KERNEL,
    )?;
    let mut last = 0;
    let sum_of_all = Callback::new(
        KVec::new(),
        move |_, numbers: &mut KVec<u32>| {
            last += numbers.iter().sum::<u32>();
            numbers.clear();
            last
        },
        GFP_KERNEL,
    )?;
    let mut devices = [
        Device { read: Some(sum) },
        Device {
            read: Some(sum_of_all),
        },
    ];
    for (device, results) in devices.iter_mut().zip([[3, 3, 7], [3, 3, 10]]) {
        let mut numbers = KVec::with_capacity(3, GFP_KERNEL)?;
        numbers.extend_with(3, 1, GFP_KERNEL)?;
        let idle = device.read.take().ok_or(EIO)?;
        let (idle, one) = idle.call_on_with(env.other, numbers)?.wait(&env.task);
        // As the callback left it.
        let (idle, two) = idle.call_on(env.here)?.wait(&env.task);
        let mut numbers = KVec::new();
        numbers.push(7, GFP_KERNEL)?;
        let refused = match idle.call_on_with(env.offline, numbers) {
            Ok(_) => return Err(EIO),
            Err(refused) => refused,
        };
        check!(refused.error == ENXIO);
        let mut idle = refused.token;
        check!(idle.argument().len() == 1);
        let (idle, three) = idle.call_on(env.other)?.wait(&env.task);
        check!([one, two, three] == results);
        device.read = Some(idle);
    }
    Ok(())
}

pub(super) fn argument_is_dropped_by_the_waiter(env: &Env) -> Result {
    let drops = Drops::new()?;
    let argument = || Some(Dropped(drops.clone()));
    let payload = Dropped(drops.clone());
    let call = Callback::new(
        argument(),
        move |_, argument: &mut Option<Dropped>| {
            let _ = &payload;
            // It may go home with the result.
            argument.take()
        },
        GFP_KERNEL,
    )?;
    let (call, first) = call.call_on(env.other)?.wait(&env.task);
    check!(first.is_some() && drops.counts() == (0, 0));
    drop(first);
    let in_flight = call.call_on_with(env.other, argument())?;
    drop(in_flight);
    // Closure and result.
    check!(reaped(&drops, 3));

    let call = Callback::new(argument(), |_, _: &mut Option<Dropped>| (), GFP_KERNEL)?;
    let (call, ()) = call.call_on(env.other)?.wait(&env.task);
    check!(drops.counts() == (3, 0));
    let (call, ()) = call.call_on_with(env.other, argument())?.wait(&env.task);
    check!(drops.counts() == (4, 0));
    drop(call.call_on_with(env.other, argument())?);
    check!(reaped(&drops, 6));
    Ok(())
}
