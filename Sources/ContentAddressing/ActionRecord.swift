/// What one task made when it ran: its outputs, its log, and how long it took.
package struct ActionRecord: Sendable, Equatable {
    /// The task's id, `PROJECT#TASK`.
    package let task: String
    /// The execution key that the task ran under. A record found through an alias (a planning key) still carries it.
    package let key: ContentDigest
    /// Sorted by path, byte by byte.
    package let outputs: [OutputEntry]
    /// The blob with what the task printed.
    package let log: ContentDigest?
    /// How long the command ran, in seconds; finite and not negative.
    package let durationSeconds: Double
    /// The digest of the outputs alone: two runs that made the same files have the same one.
    package let outputDigest: ContentDigest

    /// Sorts `outputs`. A duration that is not a finite positive number counts as 0.
    package init(
        task: String, key: ContentDigest, outputs: [OutputEntry], log: ContentDigest?, durationSeconds: Double
    ) {
        self.task = task
        self.key = key
        self.outputs = outputs.sorted { $0.path.lexicographicallyPrecedes($1.path) }
        self.log = log
        self.durationSeconds = durationSeconds.isFinite && durationSeconds > 0 ? durationSeconds : 0
        outputDigest = ActionRecord.digest(ofSorted: self.outputs)
    }

    /// Every blob the record names, outputs first, with the size where the record states it.
    package var blobs: [(digest: ContentDigest, size: Int?)] {
        var result: [(digest: ContentDigest, size: Int?)] = []
        result.reserveCapacity(outputs.count + 1)
        for output in outputs {
            if case .file(let digest, let size, _) = output.kind { result.append((digest, size)) }
        }
        if let log { result.append((log, nil)) }
        return result
    }

    private static func digest(ofSorted outputs: [OutputEntry]) -> ContentDigest {
        var builder = DigestBuilder("ripple.outputs/1")
        builder.list("outputs", count: outputs.count)
        for output in outputs {
            builder.add("path", output.path)
            switch output.kind {
            case .file(let digest, let size, let executable):
                builder.add("file", digest)
                builder.add("size", size)
                builder.add("executable", executable)
            case .symlink(let target):
                builder.add("symlink", target)
            case .directory:
                builder.addAbsent("directory")
            }
        }
        return builder.finish()
    }
}

/// One file, symbolic link or directory that a task made.
package struct OutputEntry: Sendable, Equatable {
    /// Relative to the project's directory, raw bytes, `/` between components.
    package let path: [UInt8]
    package let kind: OutputKind

    package init(path: [UInt8], kind: OutputKind) {
        self.path = path
        self.kind = kind
    }
}

/// What an output is, with its content.
package enum OutputKind: Sendable, Equatable {
    /// `size` is in bytes.
    case file(digest: ContentDigest, size: Int, executable: Bool)
    case symlink(target: [UInt8])
    /// A directory to be made even if nothing lies in it.
    case directory
}
