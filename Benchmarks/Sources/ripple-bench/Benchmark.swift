/// One comparison: ripple against something that does the unavoidable part of the same work.
struct Benchmark {
    var yardstick: String
    var goal: Goal
    /// Peak memory allowed where there is a goal at all.
    var peakLimit = 150 * 1_000_000
    var ours: Side
    var theirs: Side
    /// Done when all runs are over, also when one failed.
    var finish: (() throws(BenchmarkError) -> Void)?

    /// One side of the comparison.
    struct Side {
        var command: Command
        /// Done before each run and not measured.
        var prepare: (() throws(BenchmarkError) -> Void)?
        /// Looks at what the run printed and left on disk and says what was done; throws when that is not all of it.
        var check: ([UInt8]) throws(BenchmarkError) -> String
    }
}

/// What is asked of a benchmark.
enum Goal {
    /// Median over median, at most.
    case ratio(Double)
    /// Median, at most, on two processors.
    case seconds(Double)
    /// Seconds above the yardstick's median, at most, on two processors.
    case more(Double)
    /// Shown for comparison.
    case none

    var text: String {
        switch self {
        case .ratio(let limit): "<= \(decimal(limit, 1))x"
        case .seconds(let limit): "<= \(decimal(limit * 1000, 0)) ms"
        case .more(let limit): "<= +\(decimal(limit * 1000, 0)) ms"
        case .none: "-"
        }
    }
}

/// What came out.
struct Outcome {
    var name: String
    var yardstick: String
    var goal: Goal
    var peakLimit: Int
    var ours = Samples()
    var theirs = Samples()
    var oursDid = ""
    var theirsDid = ""

    var ratio: Double { theirs.median > 0 ? ours.median / theirs.median : 0 }

    /// `nil` without a goal.
    var isMet: Bool? {
        let inTime: Bool
        switch goal {
        case .ratio(let limit): inTime = ratio <= limit
        case .seconds(let limit): inTime = ours.median <= limit
        case .more(let limit): inTime = ours.median <= theirs.median + limit
        case .none: return nil
        }
        return inTime && ours.peakBytes <= peakLimit
    }

    var verdict: String {
        switch isMet {
        case true: "met"
        case false: ours.peakBytes > peakLimit ? "MISSED (memory)" : "MISSED"
        case nil: "-"
        }
    }
}

extension Benchmark {
    /// Runs both sides in turn, `runs` times each after two rounds that warm the caches and are not counted. Which side goes
    /// first changes every round.
    func measure(_ name: String, runs: Int, scratch: String) throws(BenchmarkError) -> Outcome {
        let outcome: Outcome
        do throws(BenchmarkError) {
            outcome = try measureAll(name, runs: runs, scratch: scratch)
        } catch {
            try finish?()
            throw error
        }
        try finish?()
        return outcome
    }

    private func measureAll(_ name: String, runs: Int, scratch: String) throws(BenchmarkError) -> Outcome {
        var outcome = Outcome(name: name, yardstick: yardstick, goal: goal, peakLimit: peakLimit)
        for round in -2..<runs {
            for isOurs in round % 2 == 0 ? [true, false] : [false, true] {
                let side = isOurs ? ours : theirs
                try side.prepare?()
                let cost = try side.command.run(output: scratch)
                // Checked every time: a fast run that did nothing must not count.
                let did = try side.check(readBytes(scratch))
                if round >= 0 {
                    if isOurs { outcome.ours.add(cost) } else { outcome.theirs.add(cost) }
                }
                if isOurs { outcome.oursDid = did } else { outcome.theirsDid = did }
            }
        }
        return outcome
    }
}
