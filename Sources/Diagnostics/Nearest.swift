/// The candidate closest to `word` by edit distance, for "did you mean"; `nil` when none is close.
///
/// Close means at most a third of the word's length (at least one edit) away. Ties go to the first in order.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, word.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let distance = editDistance(word.lowercased(), candidate.lowercased())
        if distance <= limit, distance < (best?.distance ?? Int.max) {
            best = (candidate, distance)
        }
    }
    return best?.name
}

/// Damerau-Levenshtein distance with adjacent transpositions (optimal string alignment).
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left), right = Array(right)
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in 1...left.count {
        var row = [i]
        for j in 1...right.count {
            let cost = left[i - 1] == right[j - 1] ? 0 : 1
            var value = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                value = min(value, beforeLast[j - 2] + 1)
            }
            row.append(value)
        }
        (beforeLast, last) = (last, row)
    }
    return last[right.count]
}
