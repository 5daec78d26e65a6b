// SPDX-License-Identifier: GPL-2.0

//! Works that more CPUs queue, and run at once, than loom can have.

use super::*;

const CPUS: usize = 8;

/// How often each CPU claims, and how long a run takes: the more, the more run at once.
const CLAIMS: usize = 3;
const YIELDS: usize = 20;

/// Starts `cpu` on each CPU, and waits for all.
fn on_each_cpu(cpu: impl Fn(usize) + Clone + Send + 'static) {
    let start = |number| {
        let cpu = cpu.clone();
        thread::spawn(move || cpu(number))
    };
    let cpus: Vec<_> = (0..CPUS).map(start).collect();
    for cpu in cpus {
        cpu.join().unwrap();
    }
}

/// Each CPU writes a word. Counts runs.
#[derive(Default)]
struct Seen {
    written: [AtomicU32; CPUS],
    seen: [Ghost; CPUS],
    runs: Ghost,
}

impl Object for Seen {
    fn callback(work: &Arc<Work<Self>>, _run: usize) {
        let this = &work.object;
        for _ in 0..YIELDS {
            thread::yield_now();
        }
        for (written, seen) in this.written.iter().zip(&this.seen) {
            seen.fetch_or(written.load(Ordering::Relaxed), Ghostly);
        }
        this.runs.fetch_add(1, Ghostly);
        assert!(work.state.is_running(), "not running in a run");
    }
}

/// Each CPU claims a few times, and waits until the work is idle, while others claim and run it:
/// each claim has a run, each request is seen, and idle means that all runs have ended that were
/// asked for before.
#[test]
fn each_claim_of_all_has_a_run() {
    model(|| {
        let work = Work::new(Seen::default());
        let of_cpus = work.clone();
        on_each_cpu(move |cpu| {
            let Seen { written, seen, .. } = &of_cpus.object;
            written[cpu].store(1, Ordering::Relaxed);
            for _ in 0..CLAIMS {
                of_cpus.queue();
            }
            while !of_cpus.state.is_idle() {
                thread::yield_now();
            }
            assert_eq!(seen[cpu].load(Ghostly), 1, "idle before the run");
        });
        work.end();
        for seen in &work.object.seen {
            assert_eq!(seen.load(Ghostly), 1, "a request was not seen");
        }
        let claims = work.claims.load(Ghostly);
        assert_eq!(
            work.object.runs.load(Ghostly),
            claims,
            "a claim without a run"
        );
    });
}

/// Each CPU queues the work, whose callback queues it again, and drops its handle. The last one
/// closes the work, which is never used after it was then idle.
#[test]
fn the_last_of_all_handles_closes() {
    model(|| {
        let work = Work::new(Requeues::new(CPUS as u32, CPUS));
        let of_cpus = work.clone();
        on_each_cpu(move |_| {
            of_cpus.queue();
            of_cpus.put();
        });
        work.end();
    });
}
