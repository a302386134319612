internal import GitObjects

/// Reads what `SnapshotEncoder` wrote. Anything else ends in `isDamaged`, after work in proportion to the bytes.
struct SnapshotDecoder: SnapshotCoder {
    private let input: UnsafeRawBufferPointer
    private var offset = 0
    private(set) var isDamaged = false
    private var knownTexts: [String] = []
    private var knownPaths: [RepoPath] = []
    private var knownLists: [[String]] = []
    private var knownDependencies: [[TaskDependency]] = []
    private var knownDigests: [[StructuralDigest]] = []
    private var knownTasks: [TaskDefinition] = []

    /// The bytes must outlive the decoder.
    init(_ input: UnsafeRawBufferPointer) {
        self.input = input
    }

    /// Whether everything was read, and nothing was wrong.
    var isComplete: Bool { !isDamaged && offset == input.count }

    mutating func integer(_ value: inout Int) {
        var result: UInt = 0, shift: UInt = 0
        while offset < input.count, shift < 64 {
            let byte = input[offset]
            offset += 1
            result |= UInt(byte & 0x7F) << shift
            if byte < 0x80 {
                value = Int(bitPattern: result)
                return
            }
            shift += 7
        }
        isDamaged = true
        value = 0
    }

    /// A number of things of at least one byte each.
    private mutating func count() -> Int {
        var count = 0
        integer(&count)
        guard count >= 0, count <= input.count - offset else {
            isDamaged = true
            return 0
        }
        return count
    }

    mutating func bytes(_ value: inout [UInt8]) {
        let count = count()
        value = Array(input[offset..<offset + count])
        offset += count
    }

    /// The place of the value that is referred to, among `count` known ones; `nil` when it comes now.
    private mutating func reference(among count: Int) -> Int? {
        var number = 0
        integer(&number)
        guard number != 0 else { return nil }
        guard number > 0, number <= count else {
            isDamaged = true
            return nil
        }
        return number - 1
    }

    mutating func text(_ value: inout String) {
        if let place = reference(among: knownTexts.count) {
            value = knownTexts[place]
            return
        }
        let count = count()
        value = String(decoding: UnsafeRawBufferPointer(rebasing: input[offset..<offset + count]), as: UTF8.self)
        offset += count
        knownTexts.append(value)
    }

    mutating func path(_ value: inout RepoPath) {
        if let place = reference(among: knownPaths.count) {
            value = knownPaths[place]
            return
        }
        bytes(&value.bytes)
        knownPaths.append(value)
    }

    mutating func texts(_ value: inout [String]) {
        if let place = reference(among: knownLists.count) {
            value = knownLists[place]
            return
        }
        list(&value, blank: "") { $0.text(&$1) }
        knownLists.append(value)
    }

    mutating func dependencies(_ value: inout [TaskDependency]) {
        if let place = reference(among: knownDependencies.count) {
            value = knownDependencies[place]
            return
        }
        list(&value, blank: .dependencySources) { $0.fields(of: &$1) }
        knownDependencies.append(value)
    }

    mutating func structuralDigests(_ value: inout [StructuralDigest]) {
        if let place = reference(among: knownDigests.count) {
            value = knownDigests[place]
            return
        }
        list(&value, blank: .blank) { $0.fields(of: &$1) }
        knownDigests.append(value)
    }

    mutating func task(_ value: inout TaskDefinition) {
        if let place = reference(among: knownTasks.count) {
            value = knownTasks[place]
            return
        }
        value = TaskDefinition(command: "")
        fields(of: &value)
        knownTasks.append(value)
    }

    mutating func list<Element>(
        _ list: inout [Element], blank: Element, _ element: (inout SnapshotDecoder, inout Element) -> Void
    ) {
        let count = count()
        list = []
        guard count > 0 else { return }
        list.reserveCapacity(count)
        for _ in 0..<count where !isDamaged {
            list.append(blank)
            element(&self, &list[list.count - 1])
        }
    }

    mutating func optional<Value>(
        _ value: inout Value?, blank: Value, _ body: (inout SnapshotDecoder, inout Value) -> Void
    ) {
        var isPresent = false
        flag(&isPresent)
        guard isPresent else {
            value = nil
            return
        }
        var present = blank
        body(&self, &present)
        value = present
    }

    mutating func refuse() { isDamaged = true }

    mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ value: inout Word) {
        var text = ""
        self.text(&text)
        guard let word = Word(rawValue: text) else {
            isDamaged = true
            return
        }
        value = word
    }
}
