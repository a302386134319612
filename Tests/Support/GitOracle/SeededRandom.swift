/// A small generator (SplitMix64) with a seed, so that a failing case can be run again.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
        // The first value scatters neighbouring seeds, whose sequences would else be one sequence, shifted.
        state = next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A number from 0 to `bound` - 1.
    package mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// True once in `n` times.
    package mutating func once(in n: Int) -> Bool { below(n) == 0 }

    package mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
