import Testing

@testable import JSONText

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct JSONPropertyTests {
    @Test("random values written and parsed are the same values", arguments: [UInt64](1...200))
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let node = randomNode(depth: 5, using: &generator)
        for compact in [false, true] {
            var writer = JSONWriter(compact: compact)
            writer.value(node)
            let bytes = writer.finish()
            let document = try JSONDocument(parsing: bytes)
            #expect(isSame(document.root, node), "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            var second = JSONWriter(compact: compact)
            second.value(document.root)
            #expect(second.finish() == bytes, "seed \(seed)")
        }
    }

    @Test("random doubles read back exactly", arguments: [UInt64](1...20))
    func doubles(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let values = (0..<200).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
        var writer = JSONWriter()
        writer.array { for value in values { $0.element(value) } }
        let read = try JSONDocument(parsing: writer.finish()).root.array?.map { $0.number.flatMap(Double.init) }
        #expect(read == values, "seed \(seed)")
    }

    @Test("damaged texts are read or refused at a place inside them, and never crash", arguments: [UInt64](1...100))
    func mutations(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        let original = Array(
            """
            // comment
            {
              "name": "@scope/é😀", /* block */
              "escapes": "\\"\\\\\\n\\u00e9\\uD83D\\uDE00",
              "numbers": [0, -1, 1.5e-10, true, false, null,],
              "nested": {"a": [[], {}, [{"b": ""}]]}
            }

            """.utf8)
        let alphabet = Array("{}[]\",:\\/*u0D8-+.eEtfn \n<=>".utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xED, 0xF0, 0xFF]
        for round in 0..<100 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<4, using: &generator) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[index] = byte
                case 1: bytes.insert(byte, at: index)
                case 2: bytes.remove(at: index)
                case 3: bytes.removeSubrange(index...)
                default: bytes.insert(contentsOf: bytes[..<index].suffix(12), at: index)
                }
            }
            for allowingComments in [false, true] {
                do throws(JSONSyntaxError) {
                    let document = try JSONDocument(parsing: bytes, allowingComments: allowingComments)
                    // What was read can be written, and then needs no leniency.
                    var writer = JSONWriter()
                    writer.value(document.root)
                    let again = try JSONDocument(parsing: writer.finish())
                    #expect(isSame(again.root, document.root), "seed \(seed), round \(round)")
                } catch {
                    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                    let isInside =
                        lines.indices.contains(error.line - 1)
                        && (1...(lines[error.line - 1].count + 1)).contains(error.column)
                    #expect(isInside, "seed \(seed), round \(round): \(error)")
                    #expect(!error.problem.isEmpty)
                }
            }
        }
    }

    private func randomNode(depth: Int, using generator: inout SeededGenerator) -> JSONNode {
        let value: JSONValue =
            switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &generator) {
            case 0: .null
            case 1: .bool(Bool.random(using: &generator))
            case 2: .number(String(Int64(bitPattern: generator.next())))
            case 3: .number(String(Double.random(in: -1e6...1e6, using: &generator)))
            case 4: .string(randomString(using: &generator))
            case 5:
                .array(
                    (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                        randomNode(depth: depth - 1, using: &generator)
                    })
            default:
                .object(
                    (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                        JSONMember(
                            key: randomString(using: &generator), keyOffset: 0,
                            node: randomNode(depth: depth - 1, using: &generator))
                    })
            }
        return JSONNode(value: value, offset: 0)
    }

    private func randomString(using generator: inout SeededGenerator) -> String {
        let ranges: [ClosedRange<UInt32>] = [0...0x1F, 0x20...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0x10FFFF]
        var string = ""
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            let range = ranges[Int.random(in: 0..<ranges.count, using: &generator)]
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) {
                string.unicodeScalars.append(scalar)
            }
        }
        return string
    }

    private func isSame(_ left: JSONNode, _ right: JSONNode) -> Bool {
        switch (left.value, right.value) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left.elementsEqual(right, by: isSame)
        case (.object(let left), .object(let right)):
            left.elementsEqual(right) { $0.key.utf8.elementsEqual($1.key.utf8) && isSame($0.node, $1.node) }
        default: false
        }
    }
}
