internal import GitObjects

/// Writes or reads the fields of a workspace, each in its turn: one description of a type serves both directions, so they
/// cannot disagree.
///
/// Text, paths and a few larger values are shared: an equal one that came before is only referred to, which makes the
/// reader's work small. Integers are unsigned and little-endian in groups of seven bits, the last with its top bit clear
/// (LEB128).
protocol SnapshotCoder {
    mutating func integer(_ value: inout Int)
    mutating func bytes(_ value: inout [UInt8])
    mutating func text(_ value: inout String)
    mutating func path(_ value: inout RepoPath)
    mutating func texts(_ value: inout [String])
    mutating func dependencies(_ value: inout [TaskDependency])
    mutating func structuralDigests(_ value: inout [StructuralDigest])
    /// A task apart from its `origin`.
    mutating func task(_ value: inout TaskDefinition)

    /// The elements of a list in order. `blank` is what the reader fills in.
    mutating func list<Element>(
        _ list: inout [Element], blank: Element, _ element: (inout Self, inout Element) -> Void)
    mutating func optional<Value>(_ value: inout Value?, blank: Value, _ body: (inout Self, inout Value) -> Void)
    /// One of the words of an enumeration.
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ value: inout Word)
    /// Says that what was read is no value of its type.
    mutating func refuse()
}

extension SnapshotCoder {
    mutating func flag(_ value: inout Bool) {
        var number = value ? 1 : 0
        integer(&number)
        value = number != 0
    }

    mutating func number(_ value: inout Double) {
        var pattern = Array(String(value).utf8)
        bytes(&pattern)
        value = Double(String(decoding: pattern, as: UTF8.self)) ?? 0
    }

    mutating func optionalText(_ value: inout String?) { optional(&value, blank: "") { $0.text(&$1) } }
    mutating func optionalPath(_ value: inout RepoPath?) { optional(&value, blank: .root) { $0.path(&$1) } }
    mutating func optionalInteger(_ value: inout Int?) { optional(&value, blank: 0) { $0.integer(&$1) } }
    mutating func optionalNumber(_ value: inout Double?) { optional(&value, blank: 0) { $0.number(&$1) } }
}

/// The fields of a task and of what it holds. `SnapshotTests` hold these lists against the types.
extension SnapshotCoder {
    mutating func fields(of task: inout TaskDefinition) {
        text(&task.command)
        optionalText(&task.script)
        dependencies(&task.dependsOn)
        fields(of: &task.inputs)
        texts(&task.outputs)
        texts(&task.env)
        texts(&task.passThroughEnv)
        flag(&task.cache)
        optionalNumber(&task.timeoutSeconds)
        integer(&task.retries)
        flag(&task.persistent)
        flag(&task.interactive)
        optionalText(&task.image)
        optionalText(&task.sandbox)
        optionalNumber(&task.cpus)
        optionalInteger(&task.memoryBytes)
        texts(&task.platforms)
        texts(&task.toolchain)
        flag(&task.claimsInputs)
    }

    private mutating func fields(of rule: inout InputRule) {
        var patterns: [String]?, includesDefault = false
        if case .patterns(let list, let includes) = rule { (patterns, includesDefault) = (list, includes) }
        optional(&patterns, blank: []) { $0.texts(&$1) }
        flag(&includesDefault)
        rule = patterns.map { .patterns($0, includesDefault: includesDefault) } ?? .default
    }

    mutating func fields(of dependency: inout TaskDependency) {
        // What an entry of `dependsOn` reads like; sources, which nobody writes, are the empty text.
        var written = ""
        var project: String?
        switch dependency {
        case .sameProject(let task): written = "=\(task)"
        case .dependencies(let task): written = "^\(task)"
        case .task(let other, let task): (project, written) = (other, "#\(task)")
        case .dependencySources: break
        }
        text(&written)
        optionalText(&project)
        let task = String(written.dropFirst())
        switch (written.first, project) {
        case ("=", _): dependency = .sameProject(task)
        case ("^", _): dependency = .dependencies(task)
        case ("#", let project?): dependency = .task(project: project, task: task)
        default: dependency = .dependencySources
        }
    }

    mutating func fields(of digest: inout StructuralDigest) {
        path(&digest.path)
        optionalInteger(&digest.line)
        text(&digest.field)
        text(&digest.digest)
    }

    mutating func fields(of evidence: inout Evidence) {
        path(&evidence.path)
        optionalInteger(&evidence.line)
    }
}
