internal import GitObjects

/// Writes a workspace. A shared value is the number of an equal one that came before, from 1, or 0 and the value itself.
struct SnapshotEncoder: SnapshotCoder {
    private(set) var bytes: [UInt8] = []
    private var texts: [String: Int] = [:]
    private var paths: [RepoPath: Int] = [:]
    private var lists: [[String]: Int] = [:]
    private var dependencies: [[TaskDependency]: Int] = [:]
    private var digests: [[StructuralDigest]: Int] = [:]
    private var tasks: [TaskDefinition: Int] = [:]

    /// Whether the value must be written, because none like it came before.
    private mutating func isNew<Value: Hashable>(
        _ value: Value, in table: WritableKeyPath<SnapshotEncoder, [Value: Int]>
    ) -> Bool {
        var number = self[keyPath: table][value] ?? 0
        integer(&number)
        if number != 0 { return false }
        // The reader numbers a value when it has read it, which is after those within it: these are of other kinds.
        let next = self[keyPath: table].count + 1
        self[keyPath: table][value] = next
        return true
    }

    mutating func integer(_ value: inout Int) {
        var rest = UInt(bitPattern: value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func bytes(_ value: inout [UInt8]) {
        var count = value.count
        integer(&count)
        bytes += value
    }

    mutating func text(_ value: inout String) {
        guard isNew(value, in: \.texts) else { return }
        var utf8 = Array(value.utf8)
        bytes(&utf8)
    }

    mutating func path(_ value: inout RepoPath) {
        if isNew(value, in: \.paths) { bytes(&value.bytes) }
    }

    mutating func texts(_ value: inout [String]) {
        if isNew(value, in: \.lists) { list(&value, blank: "") { $0.text(&$1) } }
    }

    mutating func dependencies(_ value: inout [TaskDependency]) {
        if isNew(value, in: \.dependencies) { list(&value, blank: .dependencySources) { $0.fields(of: &$1) } }
    }

    mutating func structuralDigests(_ value: inout [StructuralDigest]) {
        if isNew(value, in: \.digests) { list(&value, blank: .blank) { $0.fields(of: &$1) } }
    }

    mutating func task(_ value: inout TaskDefinition) {
        var anywhere = value
        anywhere.origin = nil
        if isNew(anywhere, in: \.tasks) { fields(of: &anywhere) }
    }

    mutating func list<Element>(
        _ list: inout [Element], blank: Element, _ element: (inout SnapshotEncoder, inout Element) -> Void
    ) {
        var count = list.count
        integer(&count)
        for index in list.indices { element(&self, &list[index]) }
    }

    mutating func optional<Value>(
        _ value: inout Value?, blank: Value, _ body: (inout SnapshotEncoder, inout Value) -> Void
    ) {
        var isPresent = value != nil
        flag(&isPresent)
        if var present = value { body(&self, &present) }
    }

    /// What is written was a value once.
    mutating func refuse() {}

    mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ value: inout Word) {
        var text = value.rawValue
        self.text(&text)
    }
}

extension StructuralDigest {
    /// What a reader fills in.
    static var blank: StructuralDigest { StructuralDigest(path: .root, field: "", digest: "") }
}
