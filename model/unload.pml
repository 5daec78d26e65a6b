// SPDX-License-Identifier: GPL-2.0
/*
 * For Spin: a module goes while calls and a work of it are under way. The gate,
 * the drain, the reaper and CPU hotplug all at once. scripts/tree/check-spin runs
 * this, Documentation/testing.rst says what is covered.
 *
 * A step is one access to memory that others use, or a few that a lock or
 * stop_machine() makes one. Order is sequentially consistent. The names are those
 * of rust/helpers/{client,reaper,registry,unload}.c, rust/module/unload.rs and
 * rust/calls/deferred/.
 *
 * One definition says what there is:
 *
 *	CALLS	two calls, on two CPUs
 *	KEEPER	the same; another module has a token of one, and has not pinned
 *		the module
 *	HOTPLUG	a call; CPU 1, which has been given its token, goes, and comes
 *		back or not
 *	WORK	an irq_work with one or two handles, one of them the callback's or
 *		another module's, or a static one; or a serial call, for which a run
 *		queues the one that is owed to attempts made meanwhile
 *	DEFERRED	a deferred work, which the module leaks or drops, or another module
 *		has; a CPU that may stay in user mode, the timer of a deadline, and
 *		another work, of code that stays, which gets the slot
 *	STAYS	like HOTPLUG, with two calls, but the module does not go: what
 *		is given up is dropped all the same
 *	OFFLINE	a serial call, which is fired on CPU 1; that goes, and
 *		comes back or not
 *	ENDLESS	a work that always queues itself again: rmmod ends, if each
 *		process that can go on does so (weak fairness)
 *
 * Another one puts a bug in. Of each: where, what Spin says of it, and in brackets
 * the bug in selftests/seeded/table that it stands for, if there is one.
 *
 * rmmod does not wait, or for one thing only:
 * bug NO_DRAIN CALLS: text [no_drain]
 * bug NO_REAPER_WAIT CALLS: text|registered [no_reaper_wait]
 * bug MOVING_REAPER CALLS: text|registered [moving_reaper]
 * it asks the reaper first, and then for callbacks, which hand over more (and the
 * reaper's runs are not counted):
 * bug REAPER_FIRST CALLS: text|registered
 *
 * The gate is left open; it is closed after the drain, or without the wait for
 * those inside; it is left before the call is queued:
 * bug NO_GATE CALLS: text|gone [no_gate]
 * bug GATE_LATE CALLS: text|gone
 * bug GATE_WITHOUT_WAIT WORK: text|gone|mem
 * bug GATE_LEFT_EARLY WORK: text|gone|mem
 * bug NO_GATE ENDLESS: acceptance cycle
 *
 * Another module uses what it has kept. Objects keep their code; the client leaves
 * the list while that module is in the gate; the reaper has begun anew:
 * bug NOT_DISOWNED KEEPER: text|calls [not_disowned]
 * bug UNLISTED_AT_ONCE KEEPER: gone|found
 * bug RUNS_NOT_COUNTED KEEPER: registered|text
 * It gives something to the reaper by a callback that it has read before, or enters
 * an object by one:
 * bug OLD_CALLBACK KEEPER: found
 * bug ENTERED_AGAIN KEEPER: client_freed|registered [csd_entered_again]
 * Its drops are not waited for; those that began meanwhile are not noticed; it
 * counts itself, or reads a name, and is no reader:
 * bug DROP_ELSEWHERE KEEPER: text|client_freed [drop_elsewhere_not_awaited]
 * bug KEEPS_IGNORED KEEPER: text|client_freed|registered
 * bug KEEP_NO_READER KEEPER: text|client_freed [client_keep_no_reader]
 * bug NAME_WITHOUT_SECTION KEEPER: text [stall_without_section]
 *
 * The client is freed without a grace period before, while its kick or its reaper
 * is under way, or while the kernel looks at the kick:
 * bug GONE_AT_ONCE KEEPER: client_freed
 * bug KICK_NOT_AWAITED CALLS: client_freed
 * bug REAPER_NOT_CANCELLED CALLS: client_freed
 * bug FREED_AT_ONCE CALLS: client_freed
 *
 * A work is dropped while it is pending or runs, or without a grace period:
 * bug REAP_BUSY WORK: mem [irq_work_early_free]
 * bug REAP_AT_ONCE WORK: mem [irq_work_no_grace_period]
 *
 * A deferred work is dropped after one grace period where the gate was closed, so
 * that its bit was cleared after that began, by rmmod or by the CPU; after none, and
 * without a wait for runs either. Its data is dropped by code that may be gone:
 * bug ONE_GRACE_PERIOD DEFERRED: mem [deferred_one_grace_period]
 * bug DROP_AT_ONCE DEFERRED: mem
 * bug NO_WAIT DEFERRED: mem [deferred_no_wait]
 * bug NOT_KEPT DEFERRED: text [deferred_dropped_when_gone]
 *
 * rmmod leaves it in its slot; or empties that at once; or lets it have the slot that
 * another work gets:
 * bug NOT_RELEASED DEFERRED: text|slot [deferred_not_released]
 * bug RELEASED_AT_ONCE DEFERRED: found_there
 * bug SLOT_KEPT DEFERRED: found_there [deferred_slot_kept]
 *
 * What a run owes is queued after its end, or is refused by the gate:
 * bug OWED_AFTER_RUN WORK: mem|text|gone
 * bug OWED_IN_GATE WORK: attempts
 *
 * No look at the lists after a CPU has died, or has come; a kick on one that is
 * offline:
 * bug NOT_AFTER_DEAD_CPU STAYS: calls
 * bug NOT_AFTER_NEW_CPU STAYS: calls
 * bug KICK_OFFLINE STAYS: calls
 * bug KICK_OFFLINE HOTPLUG: is_unloaded
 *
 * A work is queued on a CPU that has run its works for the last time: by any caller,
 * or by the run that owes another one:
 * bug QUEUED_OFFLINE OFFLINE: is_unloaded [irq_work_left_behind]
 * bug OWED_OFFLINE OFFLINE: is_unloaded
 * The CPU does not run its works before it goes (which is the kernel's part):
 * bug NOT_DRAINED OFFLINE: is_unloaded
 */

/* Two calls of the module, and a work. */
#define A 0
#define B 1
#define W 2

/* The state word of a call, see rust/kernel/call/state.rs. */
#define IN_FLIGHT 1
#define RAN 2
#define DROPPED 4
#define DONE (IN_FLIGHT + RAN)
byte state[2];

/* Of each object: its memory is there; it is in the registry; it has lost its code. */
bool mem[3], registered[3], gone[3];

/* Where a call is queued: 1 + the CPU, or 0. */
byte on[2];

/* The work: State of irq_work/state.rs, and RawIrqWork. */
bool w_pending, w_closed, w_again, w_raised[2], w_is_static, callback_has_handle, keeper_has_handle;
byte w_running, w_handles;

/* A serial call: State of shared/state.rs, which is the only claim. */
bool w_is_serial;
byte attempts;

/*
 * A deferred work and its parcel are W, and have the slot. The bit of the slot and of
 * CPU 1; REGISTER is locked; that CPU stays in user mode, its timer is armed, and the
 * number of its run. The run that another work is owed.
 */
mtype = { no_work, the_work, another_work };
mtype slot = the_work;
bool is_set, has_slot = true, register_locked, stays_in_user = true, armed, owed_to_another;
byte runs;

/* The module's memory with its code; the client; what others see of it. */
bool text = true, client_freed, listed = true;
bool closed, clients_closed;
/* Of keeps: whether it is another number than it was when the drain read it. */
byte kept;
bool keeps_differs;

/* The client's reaper. What is given to that of code that stays. */
bool calls[2], works, stays[3];
bool reap_locked, reaping, reap_queued, reap_running, canceling;

/* Its kick, an irq_work of C. */
#define PENDING 1
#define BUSY 2
byte kick;
bool raised[2];

/*
 * Those in an RCU read-side section, a bit each; those of them that have preemption
 * off; those that each of three grace periods waits for. Code that runs with
 * interrupts off in an interrupt has its CPU's bit, and NESTED for `reader`.
 */
#define NESTED 0
#define CPU(c) (1 << (c))
#define MODULE 4
#define KEEPER_TASK 8
#define HOTPLUG_TASK 16
#define REAPER 32
#define OTHER_REAPER 64
#define TIMER 128
byte readers, pinned, unload_waits_for, reaper_waits_for, keeper_waits_for;

bool cpu1_offline;
#define IS_ONLINE(c) ((c) == 0 || !cpu1_offline)
/* online::takes_works() */
#ifdef QUEUED_OFFLINE
#define TAKES_WORKS(c) true
#else
#define TAKES_WORKS(c) IS_ONLINE(c)
#endif

/* What becomes of B, and where A is. */
mtype = { none, queued_by_callback, dropped_by_payload, queued_by_payload };
mtype b_is = none;
bool b_used, keeper_has_idle, keeper_has_in_flight, hotplug_has_a, has_exited, is_unloaded;

#define IS_PENDING(i) (registered[i] && state[i] != 0 && state[i] != DONE)
#define IS_WORK_PENDING (registered[W] && (w_closed || w_pending || w_running))
#define HAS_SOMETHING (calls[A] || calls[B] || works)

/* preempt_disable(), preempt_enable() */
inline enter(reader)
{
	atomic { readers = readers | reader; pinned = pinned | reader }
}

inline leave(reader)
{
	atomic {
		readers = readers & ~reader;
		pinned = pinned & ~reader;
		unload_waits_for = unload_waits_for & ~reader;
		reaper_waits_for = reaper_waits_for & ~reader;
		keeper_waits_for = keeper_waits_for & ~reader
	}
}

/* A reader that may be preempted does not keep a CPU from going. */
#define rcu_read_lock(reader) readers = readers | reader
#define rcu_read_unlock leave

#define synchronize_rcu(readers_before) readers_before = readers; readers_before == 0

/* Whether the callback of an object is the module's: by its vtable, which is in the module. */
inline callback_of(i)
{
	ours = !gone[i];
	assert(!ours || text)
}

/* The same in a section of its own. */
inline callback_in_section(i, reader)
{
	atomic { rcu_read_lock(reader); ours = !gone[i] }
	atomic { assert(!ours || text); rcu_read_unlock(reader) }
}

/* client_of(): without a client it is code that stays. */
inline client_of_callback()
{
	found = ours && listed;
	assert(!found || !client_freed)
}

/* rust_helper_unload_gate_enter() */
inline gate_enter(i, reader)
{
	atomic { enter(reader); ok = true; ours = clients_closed }
	if
	:: ours ->
		callback_of(i);
		atomic { ok = ours; client_of_callback() }
		ok = ok && !(found && closed)
	:: else
	fi;
#ifdef GATE_LEFT_EARLY
	leave(reader)
#else
	if
	:: !ok -> leave(reader)
	:: else
	fi
#endif
}

/* Idle::call_on() */
inline call_on(i, cpu, reader)
{
	atomic { assert(mem[i]); state[i] = IN_FLIGHT }
	gate_enter(i, reader);
	if
	:: ok ->
		atomic {
			if
			:: IS_ONLINE(cpu) -> on[i] = 1 + cpu
			:: else -> ok = false; state[i] = 0
			fi;
			leave(reader)
		}
	:: else -> state[i] = 0
	fi
}

/* reap_kick(), on @cpu. */
inline reap_kick(cpu)
{
	atomic {
		assert(!client_freed);
		if
#ifdef KICK_OFFLINE
		:: true ->
#else
		:: IS_ONLINE(cpu) ->
#endif
			raised[cpu] = raised[cpu] || !(kick & PENDING);
			kick = PENDING + BUSY
		:: else
		fi
	}
}

/*
 * give_to_reaper(). If the client of a callback is gone, another module may be where
 * its module was.
 */
inline give_to_reaper(i, list, reader, cpu)
{
#ifdef OLD_CALLBACK
	callback_in_section(i, reader);
	enter(reader);
#else
	enter(reader);
	callback_of(i);
#endif
	atomic { client_of_callback(); assert(found || !ours) }
	if
	:: found ->
		atomic { assert(!client_freed); list = true }
		atomic { reap_kick(cpu); leave(reader) }
	:: else -> atomic { stays[i] = true; leave(reader) }
	fi
}

/* InFlight is dropped: RawCall::detach() */
inline detach(i, reader, cpu)
{
	atomic { assert(mem[i]); before = state[i]; state[i] = before | DROPPED }
	if
	:: before & RAN -> give_to_reaper(i, calls[i], reader, cpu)
	:: else
	fi
}

/* Entry::add() */
inline enter_registry(i, reader)
{
	atomic { enter(reader); ours = true; client_of_callback() }
	atomic { assert(!found || !client_freed); registered[i] = found; leave(reader) }
}

/* Idle::from() an object that was taken back: RawCsd::adopt() */
inline enter_again(i, reader)
{
#ifdef ENTERED_AGAIN
	callback_in_section(i, reader);
	enter(reader);
	client_of_callback();
	if
	:: found -> assert(!client_freed); registered[i] = true
	:: else
	fi;
	leave(reader)
#else
	/* It is there, or has lost its code. */
	assert(registered[i] || gone[i])
#endif
}

/* Entry::remove(), and the memory is freed. */
inline free_object(i)
{
	atomic {
		assert(mem[i]);
		assert(!registered[i] || !client_freed);
		registered[i] = false
	}
	mem[i] = false
}

#ifdef DEFERRED
/*
 * Gate::enter(): a deferred work has the address of its callback, which is not taken
 * away.
 */
inline gate_enter_of(reader)
{
	atomic { enter(reader); ok = !clients_closed }
	if
	:: !ok ->
		atomic { ours = true; client_of_callback(); ours = false }
		if
		:: atomic { found -> ok = !closed; found = false }
		:: !found -> ok = true
		/* That of another module, which goes. */
		:: !found && !text
		fi
	:: else
	fi;
	if
	:: !ok -> leave(reader)
	:: else
	fi
}

/* Header::queue_on(), for a deadline or not. The CPU gets an IPI, or will look. */
inline queue_deferred(reader)
{
	gate_enter_of(reader);
	if
	:: ok ->
		if
		:: has_slot ->
			atomic {
				is_set = true;
				if
				:: armed = true
				:: true
				fi;
				if
				:: stays_in_user = false
				:: true
				fi
			}
		:: else
		fi;
		leave(reader)
	:: else
	fi
}

/* Header::cancel_on() */
inline cancel(reader)
{
	gate_enter_of(reader);
	if
	:: ok ->
		if
		:: has_slot -> is_set = false
		:: else
		fi;
		leave(reader)
	:: else
	fi
}

/* Header::clear_slot(), with the lock held, which is given back. */
inline clear_slot()
{
	atomic {
		assert(mem[W]);
		before = has_slot;
#ifndef SLOT_KEPT
		has_slot = false
#endif
	}
	atomic {
		if
		:: before -> slot = no_work; before = 0
		:: else
		fi;
		register_locked = false
	}
}

/* grace_period() */
inline grace_period(readers_before)
{
#if !defined(DROP_AT_ONCE) && !defined(NO_WAIT)
	synchronize_rcu(readers_before)
#else
	skip
#endif
}

inline wait_for_runs()
{
#ifndef NO_WAIT
	before = runs;
	if
	:: before & 1 -> runs != before
	:: else
	fi
#else
	skip
#endif
}

/* Header::release_revoked(). The bit is that of the work, if that has the slot. */
inline release_revoked(readers_before, reader)
{
#ifndef ONE_GRACE_PERIOD
	gate_enter_of(reader);
	if
	:: ok -> leave(reader)
	:: else
	fi;
#else
	ok = true;
#endif
	atomic {
		!register_locked;
		assert(mem[W]);
		if
		:: has_slot && is_set -> is_set = false; ok = false
		:: else
		fi
	}
	if
	:: !ok -> grace_period(readers_before)
	:: else
	fi;
	wait_for_runs();
	atomic { !register_locked -> register_locked = true }
	clear_slot()
}

/* Header::release() */
inline release(readers_before, reader)
{
	cancel(reader);
	grace_period(readers_before);
	release_revoked(readers_before, reader)
}

/* Work::drop() where it must not sleep. */
inline give_up_deferred(reader, cpu)
{
	cancel(reader);
	w_closed = true;
	give_to_reaper(W, works, reader, cpu)
}

/* release_all_of(), which finds one work at most. */
inline release_all_of()
{
	atomic {
		!register_locked;
		found = slot == the_work;
		assert(!found || mem[W]);
		is_set = is_set && !found
	}
	if
	:: found ->
#ifndef RELEASED_AT_ONCE
		grace_period(unload_waits_for);
		wait_for_runs();
#endif
		atomic { !register_locked -> register_locked = true }
		if
		:: slot == the_work -> clear_slot()
		:: else -> register_locked = false
		fi
	:: else
	fi
}
#endif

/* The module's code, which drops what A owns. */
inline drop_payload(reader, cpu)
{
	assert(text);
	if
	:: b_is == dropped_by_payload && !b_used ->
		b_used = true;
		detach(B, reader, cpu)
	:: b_is == queued_by_payload && !b_used ->
		b_used = true;
		mem[B] = true;
		enter_registry(B, reader);
		call_on(B, cpu, reader);
		if
		:: ok -> detach(B, reader, cpu)
		:: true
		fi
	:: else
	fi;
	assert(text)
}

inline drop_object(i, reader, cpu)
{
	if
	:: i == A -> drop_payload(reader, cpu)
#ifdef DEFERRED
	:: i == W -> release(keeper_waits_for, reader)
#endif
	:: else
	fi;
	free_object(i);
	assert(text)
}

/* A CPU runs a call: RawCsd::trampoline() */
inline run_call(i, cpu)
{
	atomic { assert(mem[i]); assert(!gone[i]); assert(text) }
	if
	:: i == A && b_is == queued_by_callback && !b_used ->
		b_used = true;
		call_on(B, 1 - cpu, NESTED);
		if
		:: ok -> detach(B, NESTED, cpu)
		:: true
		fi
	:: else
	fi;
	atomic { assert(text); assert(mem[i]); before = state[i]; state[i] = before | RAN }
	if
	:: before & DROPPED -> give_to_reaper(i, calls[i], NESTED, cpu)
	:: else
	fi
}

/* IrqWork::queue_on(), or fire_serial() */
inline queue_work(cpu, reader)
{
	gate_enter(W, reader);
	if
	:: ok ->
		atomic {
			if
			:: TAKES_WORKS(cpu) && (w_is_serial -> attempts == 0 : !w_pending) ->
				assert(!w_pending);
				w_pending = true;
				w_raised[cpu] = true
			:: else
			fi;
			attempts = attempts + (w_is_serial && TAKES_WORKS(cpu));
			leave(reader)
		}
	:: else
	fi
}

/*
 * RawIrqWork::queue_after_run(), which passes no gate: on the same CPU, or on another
 * one if that is going.
 */
inline requeue_owed(cpu)
{
#ifdef OWED_IN_GATE
	gate_enter(W, NESTED);
	if
	:: ok -> atomic { w_pending = true; w_raised[cpu] = true }
	:: else
	fi
#else
	atomic {
		assert(!w_pending && mem[W]);
		w_pending = true;
		if
#ifdef OWED_OFFLINE
		:: true -> w_raised[cpu] = true
#else
		:: TAKES_WORKS(cpu) -> w_raised[cpu] = true
		:: else -> w_raised[0] = true
#endif
		fi
	}
#endif
}

/* The end of Object::run(). The attempts that come from now on will queue the work. */
inline end_serial_run(cpu)
{
	atomic { attempts = attempts - before; ok = attempts > 0; before = 0 }
	if
	:: ok -> requeue_owed(cpu)
	:: else
	fi
}

/* A handle is dropped: RawIrqWork::put() */
inline put_work(reader, cpu)
{
	atomic { w_handles--; ok = w_handles == 0 }
	if
	:: ok -> w_closed = true; give_to_reaper(W, works, reader, cpu)
	:: else
	fi
}

/* irq_work_single() and RawIrqWork::run(), which counts itself and then clears the flag. */
inline run_work(cpu)
{
	atomic { assert(mem[W]); w_running++; w_pending = false }
	atomic { assert(!gone[W] && text); before = attempts }
	if
	:: !w_closed ->
#ifdef ENDLESS
		queue_work(cpu, NESTED)
#else
		if
#ifdef OFFLINE
		:: !w_again && !IS_ONLINE(cpu) ->
#else
		:: !w_again ->
#endif
			w_again = true;
			queue_work(1 - cpu, NESTED)
		:: true
		fi
	:: callback_has_handle -> callback_has_handle = false; put_work(NESTED, cpu)
	:: true
#endif
	:: else
	fi;
#ifndef OWED_AFTER_RUN
	end_serial_run(cpu);
#endif
	atomic { assert(text); w_running-- }
#ifdef OWED_AFTER_RUN
	end_serial_run(cpu);
#endif
	/* C looks once more. */
	assert(mem[W])
}

/* mod_delayed_work() does nothing once disable_delayed_work_sync() was called. */
inline reap_what_is_left()
{
	assert(!client_freed);
	if
	:: HAS_SOMETHING -> assert(!client_freed); reap_queued = reap_queued || !canceling
	:: else
	fi
}

/* irq_work_single() and reap_kicked(). */
inline run_kick(cpu)
{
	atomic { assert(!client_freed); kick = kick & ~PENDING; flags = kick }
	reap_what_is_left();
	atomic {
		assert(!client_freed);
		if
		:: kick == flags -> kick = flags & ~BUSY
		:: else
		fi
	}
	/* PREEMPT_RT looks at the flags once more. */
	assert(!client_freed)
}

/* What is left in variables would only make states differ. */
#define FORGET ok = false; ours = false; found = false; before = 0

inline end_interrupt(cpu)
{
	atomic { leave(CPU(cpu)); FORGET; flags = 0 }
}

proctype Cpu(byte this)
{
	bool ok, ours, found;
	byte before, flags;

end:	do
	:: atomic { on[A] == 1 + this -> on[A] = 0; enter(CPU(this)) }
		run_call(A, this);
		end_interrupt(this)
	:: atomic { on[B] == 1 + this -> on[B] = 0; enter(CPU(this)) }
		run_call(B, this);
		end_interrupt(this)
	:: atomic { raised[this] && IS_ONLINE(this) -> raised[this] = false; enter(CPU(this)) }
		run_kick(this);
		end_interrupt(this)
	:: atomic { w_raised[this] && IS_ONLINE(this) -> w_raised[this] = false; enter(CPU(this)) }
		run_work(this);
		end_interrupt(this)
	od
}

#ifdef DEFERRED
/* CPU 1 leaves user mode, or gets an IPI: rust_deferred_run() */
proctype Target()
{
	bool taken;
	mtype found_there;

end:	do
	:: atomic { is_set && !stays_in_user -> enter(CPU(1)); runs++ }
		atomic { taken = is_set; is_set = false }
		if
		:: taken ->
			atomic { found_there = slot; assert(found_there != no_work) }
			if
			:: found_there == the_work ->
				atomic { assert(mem[W]); assert(text) }
				/* And when the callback returns. */
				atomic { assert(mem[W]); assert(text) }
			:: else -> owed_to_another = false
			fi
		:: else
		fi;
		runs++;
		atomic { leave(CPU(1)); taken = false; found_there = 0 }
	od
}

/* rust_deferred_timeout() */
proctype Timer()
{
	bool seen;
	mtype found_there;

end:	do
	:: atomic { armed -> armed = false; rcu_read_lock(TIMER) }
		seen = is_set;
		if
		:: seen ->
			found_there = slot;
			assert(found_there != the_work || mem[W]);
			stays_in_user = false
		:: else
		fi;
		atomic { leave(TIMER); seen = false; found_there = 0 }
	od
}

/* Another work gets the slot, and is queued. */
proctype AnotherWork()
{
end:	atomic { slot == no_work -> slot = another_work; is_set = true; owed_to_another = true }
}
#endif

/* rust_call_reap_one(): the name, and then the vtable, each by a load of its own. */
inline reap_call(i, reader)
{
	callback_of(i);
	callback_of(i);
	if
	:: ours -> assert(mem[i]); state[i] = 0; drop_object(i, reader, 0)
	:: else
	fi
}

/* rust_irq_work_reap_one(), rust_parcel_reap_one() */
inline reap_work(reader)
{
	callback_of(W);
	if
	:: ours ->
#ifdef DEFERRED
		release_revoked(reaper_waits_for, reader);
#endif
		w_closed = false;
		free_object(W);
		assert(text)
	:: else
	fi
}

/* reap_of_client() */
proctype Reaper()
{
	bool ok, ours, found, taken[2], work_taken;
	byte before;

end:	do
	:: atomic { reap_queued -> reap_queued = false; reap_running = true }
		assert(!client_freed);
		atomic { !reap_locked -> reap_locked = true }
		reaping = true;
		atomic { taken[A] = calls[A]; taken[B] = calls[B]; calls[A] = false; calls[B] = false }
		atomic { work_taken = works; works = false }
#if !defined(RUNS_NOT_COUNTED) && !defined(REAPER_FIRST)
		atomic {
			if
			:: taken[A] || taken[B] || work_taken -> keeps_differs = true
			:: else
			fi
		}
#endif
		reap_locked = false;
		if
		:: taken[A] -> reap_call(A, REAPER)
		:: else
		fi;
		if
		:: taken[B] -> reap_call(B, REAPER)
		:: else
		fi;
		if
#ifndef REAP_BUSY
		:: work_taken && (w_pending || w_running) ->
			works = true;
			reap_queued = reap_queued || !canceling
		:: work_taken && !(w_pending || w_running) ->
#else
		:: work_taken ->
#endif
#ifndef REAP_AT_ONCE
			synchronize_rcu(reaper_waits_for);
#endif
			reap_work(REAPER)
		:: else
		fi;
		atomic { !reap_locked -> reap_locked = true }
		reaping = false;
		reap_locked = false;
		assert(!client_freed);
		atomic { reap_running = false; taken[A] = false; taken[B] = false; work_taken = false; FORGET }
	od
}

/* The reaper of code that stays. */
proctype OtherReaper()
{
	bool ok, ours, found;
	byte before;

end:	do
	:: atomic { stays[A] -> stays[A] = false } reap_call(A, OTHER_REAPER); atomic { FORGET }
	:: atomic { stays[B] -> stays[B] = false } reap_call(B, OTHER_REAPER); atomic { FORGET }
	:: atomic { stays[W] -> stays[W] = false } reap_work(OTHER_REAPER); atomic { FORGET }
	od
}

/* The init and exit functions of the module. */
inline use_calls()
{
	skip;
#if defined(CALLS) || defined(KEEPER) || defined(HOTPLUG) || defined(STAYS)
	if
#ifdef CALLS
	:: b_is = none
#endif
#if defined(CALLS) || defined(STAYS)
	:: b_is = queued_by_callback
#endif
#if defined(HOTPLUG) || defined(STAYS)
	:: b_is = none
#else
	:: b_is = dropped_by_payload
	:: b_is = queued_by_payload
#endif
	fi;
	atomic {
		mem[A] = true;
		registered[A] = true;
		mem[B] = b_is == queued_by_callback || b_is == dropped_by_payload;
		registered[B] = mem[B]
	}
	if
	:: b_is == dropped_by_payload -> call_on(B, 0, MODULE)
	:: else
	fi;
	if
	:: call_on(A, 1, MODULE);
		if
		:: ok ->
			if
#ifdef KEEPER
			:: keeper_has_in_flight = true
#else
#if defined(HOTPLUG) || defined(STAYS)
			:: hotplug_has_a = true
#else
			:: detach(A, MODULE, 0)
			:: atomic { state[A] == DONE -> state[A] = 0 } drop_object(A, MODULE, 0)
			/* It is leaked. */
			:: true
#endif
#endif
			fi
		:: else -> drop_object(A, MODULE, 0)
		fi
#ifdef KEEPER
	:: keeper_has_idle = true
#endif
	fi
#endif
}

inline use_work()
{
	skip;
#if defined(WORK) || defined(OFFLINE) || defined(ENDLESS)
	atomic {
		mem[W] = true;
		registered[W] = true;
		w_handles = 1;
#ifdef OFFLINE
		keeper_has_handle = true;
		w_handles = 2;
#else
		if
		:: w_is_static = true
#ifndef ENDLESS
		:: callback_has_handle = true; w_handles = 2
		:: keeper_has_handle = true; w_handles = 2
#endif
		:: true
		fi;
#endif
#ifndef ENDLESS
		if
		:: !w_is_static -> w_is_serial = true
#ifndef OFFLINE
		:: true
#endif
		fi
#endif
	}
	queue_work(1, MODULE);
	if
	:: !w_is_static -> put_work(MODULE, 0)
	/* It is leaked. */
	:: true
	fi
#endif
}

inline use_deferred()
{
	skip;
#ifdef DEFERRED
	atomic { mem[W] = true; registered[W] = true }
	if
	:: keeper_has_handle = true
	:: queue_deferred(MODULE);
		if
		:: release(unload_waits_for, MODULE); free_object(W)
		:: give_up_deferred(MODULE, 0)
		/* It is leaked. */
		:: true
		fi
	fi
#endif
}

/* Client::pending(), in any order. If it finds one, it begins anew after a pause. */
inline wait_for_callbacks()
{
	do
	:: if
	   :: at = A
	   :: at = B
	   fi;
		if
		:: IS_PENDING(at) -> !IS_PENDING(at)
		:: else ->
			if
			:: IS_PENDING(1 - at) -> !IS_PENDING(1 - at)
			:: else ->
				if
				:: IS_WORK_PENDING -> !IS_WORK_PENDING
				:: else -> break
				fi
			fi
		fi
	od
}

/* rust_helper_client_is_quiet() */
inline is_quiet()
{
	reap_what_is_left();
	atomic { !reap_locked -> reap_locked = true }
#ifdef MOVING_REAPER
	quiet = !HAS_SOMETHING;
#else
	quiet = !reaping && !HAS_SOMETHING;
#endif
	reap_locked = false
}

/* It asks again when the answer may be another one. */
inline wait_for_reaper()
{
	do
	:: is_quiet();
		if
		:: quiet -> break
		:: else -> (!reaping && !HAS_SOMETHING) || (HAS_SOMETHING && !reap_queued)
		fi
	od
}

/* Client::remove_all(), each object under a lock. */
inline remove_all()
{
	at = 0;
	do
	:: at < 3 ->
		atomic {
			if
			:: registered[at] ->
				objects_left = true;
#ifndef NOT_DISOWNED
				gone[at] = true;
#endif
				registered[at] = false
			:: else
			fi;
			at++
		}
	:: else -> break
	od
}

/* drain() */
inline drain()
{
	do
	:: keeps_differs = false;
#ifndef DROP_ELSEWHERE
		kept == 0;
#endif
#if defined(DEFERRED) && !defined(NOT_RELEASED)
		release_all_of();
#endif
#ifdef REAPER_FIRST
		wait_for_reaper();
		wait_for_callbacks();
#else
		wait_for_callbacks();
#ifndef NO_REAPER_WAIT
		wait_for_reaper();
#endif
#endif
		remove_all();
		if
		:: !keeps_differs -> break
#ifdef KEEPS_IGNORED
		:: else -> break
#else
		:: else
#endif
		fi
	od
}

/* rust_helper_client_gone(), and what the module loader does after it. */
inline go()
{
#ifndef UNLISTED_AT_ONCE
	/* Code that has read a callback has found the client. */
	if
	:: objects_left -> synchronize_rcu(unload_waits_for)
	:: else
	fi;
#endif
	listed = false;
	if
	:: !objects_left -> clients_closed = false
	:: else
	fi;
#ifndef GONE_AT_ONCE
	synchronize_rcu(unload_waits_for);
#endif
#ifndef KICK_NOT_AWAITED
	!(kick & BUSY);
#endif
#ifndef REAPER_NOT_CANCELLED
	atomic { canceling = true; reap_queued = false }
	!reap_running;
#endif
#ifndef FREED_AT_ONCE
	unload_waits_for = readers;
#endif
	atomic { text = false; mem[W] = mem[W] && !w_is_static }
	unload_waits_for == 0;
	client_freed = true
}

proctype Module()
{
	bool ok, ours, found, objects_left, quiet;
	byte before, at;

	use_calls();
	use_work();
	use_deferred();
	has_exited = true;
#ifndef STAYS
	atomic { FORGET }
	/* rust_helper_client_close() */
#ifndef GATE_LATE
#ifndef NO_GATE
	closed = true;
#endif
	clients_closed = true;
#ifndef GATE_WITHOUT_WAIT
	synchronize_rcu(unload_waits_for);
#endif
#endif
#ifndef NO_DRAIN
	drain();
#endif
#ifdef GATE_LATE
	closed = true;
	clients_closed = true;
	synchronize_rcu(unload_waits_for);
#endif
	go();
#endif
	is_unloaded = true
}

/* Held::drop(), and rust_helper_client_keep(). */
inline drop_kept(i, reader)
{
#ifndef KEEP_NO_READER
	rcu_read_lock(reader);
#endif
	callback_of(i);
	client_of_callback();
	if
	:: found -> assert(!client_freed); kept++
	:: else
	fi;
	if
	:: found -> assert(!client_freed); keeps_differs = true
	:: else
	fi;
	callback_of(i);
	if
	:: !ours && found -> assert(!client_freed); kept--
	:: else
	fi;
	rcu_read_unlock(reader);
	if
	:: ours -> drop_object(i, reader, 0); assert(!client_freed); kept--
	:: else
	fi
}

/* InFlight::stall() */
inline read_name(i, reader)
{
#ifndef NAME_WITHOUT_SECTION
	rcu_read_lock(reader);
#endif
	callback_of(i);
	rcu_read_unlock(reader)
}

/* Another module, which has been given a token of A. */
proctype Keeper()
{
	bool ok, ours, found;
	byte before;

	if
	:: atomic { keeper_has_idle -> keeper_has_idle = false }
		enter_again(A, KEEPER_TASK);
		call_on(A, 0, KEEPER_TASK)
	:: atomic { keeper_has_idle -> keeper_has_idle = false }
		ok = false
	:: atomic { keeper_has_in_flight -> keeper_has_in_flight = false }
		ok = true
	:: has_exited && !keeper_has_idle && !keeper_has_in_flight -> goto end
	fi;
	if
	:: ok ->
		if
		:: read_name(A, KEEPER_TASK)
		:: true
		fi;
		if
		:: detach(A, KEEPER_TASK, 0)
		/* It waits, and drops Idle. */
		:: atomic { state[A] == DONE -> state[A] = 0 } drop_kept(A, KEEPER_TASK)
		fi
	:: else -> drop_kept(A, KEEPER_TASK)
	fi;
end:	skip
}

/* Another module, which may have a handle of the work. */
proctype WorkKeeper()
{
	bool ok, ours, found;

	if
	:: keeper_has_handle ->
#ifdef OFFLINE
		queue_work(1, KEEPER_TASK);
#else
		queue_work(0, KEEPER_TASK);
#endif
		if
		:: put_work(KEEPER_TASK, 0)
		/* It is leaked. */
		:: true
		fi
	:: has_exited && !keeper_has_handle
	fi
}

#ifdef DEFERRED
/* Another module, which may have the work. */
proctype DeferredKeeper()
{
	bool ok, ours, found;
	byte before;

	if
	:: keeper_has_handle ->
		if
		:: queue_deferred(KEEPER_TASK)
		:: true
		fi;
		if
		/* Work::unregister() */
		:: release(keeper_waits_for, KEEPER_TASK); free_object(W)
		/* Work::drop(), which leaks what is the module's if that is gone. */
#ifdef NOT_KEPT
		:: drop_object(W, KEEPER_TASK, 0)
#else
		:: drop_kept(W, KEEPER_TASK)
#endif
		:: give_up_deferred(KEEPER_TASK, 0)
		fi
	:: has_exited && !keeper_has_handle
	fi
}
#endif

/* CPU 1 goes, and comes back. */
proctype Hotplug()
{
	bool ok, ours, found;
	byte before, flags;

	/* take_cpu_down(), while stop_machine() keeps the other CPU. */
	atomic {
		pinned == 0 -> cpu1_offline = true;
		do
		:: on[A] == 2 -> on[A] = 0; run_call(A, 1)
		:: on[B] == 2 -> on[B] = 0; run_call(B, 1)
		:: else -> break
		od;
		if
		:: raised[1] -> raised[1] = false; run_kick(1)
		:: else
		fi;
#ifndef NOT_DRAINED
		/* Once: what comes while they run stays in the list. */
		if
		:: w_raised[1] -> w_raised[1] = false; run_work(1)
		:: else
		fi;
#endif
		/* Code of other modules runs then, too. */
		if
		:: hotplug_has_a -> hotplug_has_a = false; detach(A, NESTED, 1)
		:: true
		fi
	}
#ifndef NOT_AFTER_DEAD_CPU
	/* reap_after_hotplug() */
	rcu_read_lock(HOTPLUG_TASK);
	ours = true;
	client_of_callback();
	if
	:: found -> reap_what_is_left()
	:: else
	fi;
	rcu_read_unlock(HOTPLUG_TASK);
#endif
	if
	/* It stays away. */
	:: goto end
	:: true
	fi;
	/* Nor does a CPU run irq_works before it is online. */
	if
	:: atomic { hotplug_has_a -> hotplug_has_a = false } detach(A, HOTPLUG_TASK, 1)
	:: true
	fi;
	cpu1_offline = false;
#ifndef NOT_AFTER_NEW_CPU
	rcu_read_lock(HOTPLUG_TASK);
	ours = true;
	client_of_callback();
	if
	:: found -> reap_what_is_left()
	:: else
	fi;
	rcu_read_unlock(HOTPLUG_TASK);
#endif
end:	skip
}

/* At the end, when nothing can go on. */
proctype Judge()
{
	timeout;
	assert(is_unloaded);
	assert(!client_freed || !(registered[A] || registered[B] || registered[W]));
	assert(!(calls[A] && !gone[A]) && !(calls[B] && !gone[B]) && !(works && !gone[W]));
	assert(!(state[A] & DROPPED) || gone[A]);
	assert(!(state[B] & DROPPED) || gone[B]);
	assert(!attempts);
#ifdef DEFERRED
	assert(slot == another_work);
	assert(owed_to_another == is_set)
#endif
}

#ifdef ENDLESS
ltl rmmod_ends { <> is_unloaded }
#endif

init
{
	atomic {
		run Cpu(0);
#ifndef DEFERRED
		run Cpu(1);
#else
		run Target();
		run Timer();
		run AnotherWork();
#endif
		run Reaper();
#ifndef ENDLESS
		run OtherReaper();
#endif
#ifdef KEEPER
		run Keeper();
#endif
#if defined(WORK) || defined(OFFLINE)
		run WorkKeeper();
#endif
#if defined(HOTPLUG) || defined(STAYS) || defined(OFFLINE)
		run Hotplug();
#endif
#ifndef ENDLESS
		run Judge();
#endif
		run Module();
#ifdef DEFERRED
		/* Spin tries the last one first. */
		run DeferredKeeper()
#endif
	}
}
