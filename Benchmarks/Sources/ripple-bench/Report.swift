/// The results as people and as programs read them.
struct Report {
    var outcomes: [Outcome]
    var runs: Int
    var machine: String

    // MARK: Text

    func table() -> String {
        var rows = [
            [
                "benchmark", "ripple ms", "min", "p95", "yardstick", "ms", "min", "p95", "ratio", "goal", "verdict",
                "peak MB",
            ]
        ]
        for outcome in outcomes {
            rows.append(
                [outcome.name] + times(outcome.ours) + [outcome.yardstick] + times(outcome.theirs) + [
                    decimal(outcome.ratio, 2), goal(outcome), outcome.verdict,
                    decimal(Double(outcome.ours.peakBytes) / 1e6, 0),
                ])
        }
        let isText: Set<Int> = [0, 4, 9, 10]
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for (number, row) in rows.enumerated() {
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return isText.contains(column) ? cell + space : space + cell
            }
            text += cells.joined(separator: "  ") + "\n"
            if number == 0 { text += widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ") + "\n" }
        }
        text +=
            "\nWhat both sides did, checked in every run (\(runs) interleaved runs after 2 that warm up; \(machine)):\n"
        for outcome in outcomes {
            text += "  \(outcome.name): ripple: \(outcome.oursDid); \(outcome.yardstick): \(outcome.theirsDid)\n"
        }
        return text
    }

    private func times(_ samples: Samples) -> [String] {
        [samples.median, samples.minimum, samples.percentile95].map { decimal($0 * 1000, 1) }
    }

    /// With the memory allowed, for each benchmark has its own.
    private func goal(_ outcome: Outcome) -> String {
        guard outcome.isMet != nil else { return outcome.goal.text }
        return "\(outcome.goal.text), \(decimal(Double(outcome.peakLimit) / 1e6, 0)) MB"
    }

    // MARK: JSON

    func json() -> String {
        let items = outcomes.map { outcome in
            """
                {
                  "name": "\(outcome.name)",
                  "ripple": \(json(outcome.ours, did: outcome.oursDid)),
                  "yardstick": \(json(outcome.theirs, did: outcome.theirsDid)),
                  "yardstickName": "\(outcome.yardstick)",
                  "ratio": \(decimal(outcome.ratio, 3)),
                  "goal": "\(outcome.goal.text)",
                  "peakLimitBytes": \(outcome.isMet == nil ? "null" : "\(outcome.peakLimit)"),
                  "met": \(outcome.isMet.map { "\($0)" } ?? "null")
                }
            """
        }
        return """
            {
              "schema": "ripple.benchmarks/1",
              "runs": \(runs),
              "machine": "\(machine)",
              "benchmarks": [
            \(items.joined(separator: ",\n"))
              ]
            }

            """
    }

    private func json(_ samples: Samples, did: String) -> String {
        let all = samples.seconds.map { decimal($0 * 1000, 3) }.joined(separator: ", ")
        return
            "{ \"medianMs\": \(decimal(samples.median * 1000, 3)), \"minMs\": \(decimal(samples.minimum * 1000, 3)), "
            + "\"p95Ms\": \(decimal(samples.percentile95 * 1000, 3)), \"peakBytes\": \(samples.peakBytes), "
            + "\"did\": \"\(did)\", \"runsMs\": [\(all)] }"
    }
}

/// `value` with `digits` after the point, rounded.
func decimal(_ value: Double, _ digits: Int) -> String {
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((value * Double(scale)).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let fraction = "\(scaled % scale)"
    return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
}
