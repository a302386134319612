/// What the runs of one side cost.
struct Samples {
    private(set) var seconds: [Double] = []
    private(set) var peakBytes = 0

    mutating func add(_ cost: Cost) {
        seconds.append(cost.seconds)
        peakBytes = max(peakBytes, cost.peakBytes)
    }

    var minimum: Double { seconds.min() ?? 0 }

    var median: Double {
        let sorted = seconds.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The nearest rank; with fewer than 20 runs that is the slowest.
    var percentile95: Double {
        let sorted = seconds.sorted()
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((0.95 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }
}
