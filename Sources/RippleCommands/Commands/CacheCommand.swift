internal import ArgumentParser
internal import ContentAddressing
internal import LocalStore

struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Look after the local store of results.",
        subcommands: [CacheStats.self, CacheVerify.self, CacheCollect.self, CachePath.self])
}

struct CachePath: AnsweringCommand {
    static let configuration = CommandConfiguration(commandName: "path", abstract: "Print where results are kept.")
    @OptionGroup var output: OutputOptions

    func answer(_ context: ProcessContext, _ console: Console) throws {
        try console.answer([context.cacheDirectory])
    }
}

struct CacheStats: AnsweringCommand {
    static let configuration = CommandConfiguration(commandName: "stats", abstract: "Count what is stored.")
    @OptionGroup var output: OutputOptions

    func answer(_ context: ProcessContext, _ console: Console) throws {
        let stats = LocalStore(root: context.cacheDirectory).stats()
        try console.answer([
            "results  \(stats.records), \(sizeText(stats.recordBytes))",
            "blobs    \(stats.blobs), \(sizeText(stats.blobBytes))",
        ])
    }
}

struct CacheVerify: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read and check everything; remove what is damaged. Exits with 1 if anything was.")
    @OptionGroup var output: OutputOptions

    func answer(_ context: ProcessContext, _ console: Console) throws {
        let report = LocalStore(root: context.cacheDirectory).verify()
        try console.answer(
            report.damage.map { "\($0.path): \($0.reason)\($0.isRemoved ? ", removed" : ", could not be removed")" })
        console.note("\(report.blobs) blobs and \(report.records) results checked, \(report.damage.count) damaged")
        if !report.damage.isEmpty { throw ExitWith(code: 1) }
    }
}

struct CacheCollect: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Delete what was least recently used until the store is small enough.")

    @Option(name: .customLong("max-size"), help: ArgumentHelp("Keep at most this many GiB.", valueName: "GIB"))
    var maximumSize: Double = 10

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if !(0...1_000_000).contains(maximumSize) { throw ValidationError("--max-size takes a number of GiB from 0.") }
    }

    func answer(_ context: ProcessContext, _ console: Console) throws {
        let report = try LocalStore(root: context.cacheDirectory)
            .gc(maximumBytes: Int(maximumSize * 1_073_741_824), now: ProcessContext.wallSeconds())
        if report.isSkipped { return console.note("Another process is collecting; nothing was done.") }
        console.note(
            "\(report.deletedRecords) results and \(report.deletedBlobs) blobs deleted, \(sizeText(report.freedBytes)) freed, "
                + "\(sizeText(report.remainingBytes)) left")
    }
}

/// Bytes as people read them: `512 B`, `3.4 MiB`.
private func sizeText(_ bytes: Int) -> String {
    var value = Double(bytes), unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024, unit < units.count - 1 {
        value /= 1024
        unit += 1
    }
    guard unit > 0 else { return "\(bytes) B" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
}
