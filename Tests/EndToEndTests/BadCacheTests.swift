internal import Foundation
internal import Glibc
internal import Testing

@Suite("A cache can only save time")
struct BadCacheTests {
    /// What the shop looks like when it was built by a run that had no cache to look at.
    private static let clean: [String: String]? = {
        guard let shop = try? Sandbox.shop(), (try? shop.ripple("run", "--all"))?.code == 0 else { return nil }
        return snapshot(shop.repository, excluding: [".git"])
    }()

    /// Runs twice from the given state of the cache and expects right outputs and a warning in the first run.
    private func expectRight(_ shop: Sandbox, warns: Bool = true, location: SourceLocation = #_sourceLocation) throws {
        let expected = try #require(Self.clean)
        for round in 0..<2 {
            try shop.git("clean", "-q", "-fdx")
            let result = try shop.ripple("run", "--all")
            #expect(result.code == 0, "\(result.summary)", sourceLocation: location)
            #expect(
                differences(snapshot(shop.repository, excluding: [".git"]), expected) == [], "\(result.summary)",
                sourceLocation: location)
            if warns, round == 0 {
                #expect(result.errorText.contains("warning: "), "\(result.summary)", sourceLocation: location)
            }
            #expect(!result.errorText.contains("Fatal error"), sourceLocation: location)
        }
    }

    @Test("a file in the place of the cache directory")
    func fileInPlace() throws {
        let shop = try Sandbox.shop()
        try Data("mine".utf8).write(to: URL(fileURLWithPath: shop.cache))
        try expectRight(shop)
        #expect(FileManager.default.contents(atPath: shop.cache) == Data("mine".utf8))
        #expect(try shop.ripple("affected", "--all").code == 0)
        #expect(try shop.ripple("plan", "--all").code == 0)
    }

    @Test("a cache directory that cannot be made", arguments: ["/proc/ripple", "/dev/null/ripple", "/dev/full"])
    func impossible(_ path: String) throws {
        let shop = try Sandbox.shop()
        shop.cache = path
        try expectRight(shop)
    }

    @Test("one warning for a broken cache, not one for every task")
    func fewWarnings() throws {
        let sandbox = try Sandbox.independent((0..<20).map { ("p\($0)", "mkdir -p out; cp src.txt out/x") })
        try Data().write(to: URL(fileURLWithPath: sandbox.cache))
        let result = try sandbox.ripple("run", "--all")
        #expect(result.code == 0)
        let warnings = result.errorText.split(separator: "\n").count { $0.contains("warning: ") }
        #expect((1...4).contains(warnings), "\(result.errorText)")
    }

    enum Damage: CaseIterable, Sendable { case flipped, truncated, emptied, replacedByDirectory, garbage }

    private func files(below directory: String) -> [String] {
        (FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? [])
            .map { directory + "/" + $0 }
            .filter { path in
                var status = stat()
                return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            }.sorted()
    }

    private func damage(_ file: String, _ damage: Damage) throws {
        var bytes = [UInt8](FileManager.default.contents(atPath: file) ?? Data())
        chmod(file, 0o644)
        switch damage {
        case .flipped: if !bytes.isEmpty { bytes[bytes.count / 2] ^= 0x40 }
        case .truncated: bytes = Array(bytes.prefix(bytes.count / 2))
        case .emptied: bytes = []
        case .garbage: bytes = Array(repeating: 0xA5, count: bytes.count + 7)
        case .replacedByDirectory:
            unlink(file)
            mkdir(file, 0o755)
            return
        }
        try Data(bytes).write(to: URL(fileURLWithPath: file))
    }

    @Test("every stored file damaged", arguments: Damage.allCases)
    func everythingDamaged(_ kind: Damage) throws {
        let shop = try Sandbox.shop()
        _ = try shop.run("--all")
        let all = files(below: shop.cache)
        #expect(all.count > 10)
        for file in all { try damage(file, kind) }
        try expectRight(shop)
    }

    @Test("blobs damaged and records whole, or the other way round", arguments: ["cas", "ac"], Damage.allCases)
    func partDamaged(_ part: String, _ kind: Damage) throws {
        let shop = try Sandbox.shop()
        _ = try shop.run("--all")
        let all = files(below: shop.cache + "/" + part)
        #expect(!all.isEmpty)
        for file in all { try damage(file, kind) }
        try expectRight(shop)
    }

    @Test("blobs missing")
    func blobsMissing() throws {
        let shop = try Sandbox.shop()
        _ = try shop.run("--all")
        try FileManager.default.removeItem(atPath: shop.cache + "/cas")
        try expectRight(shop, warns: false)
    }

    @Test("records swapped among tasks")
    func recordsSwapped() throws {
        let shop = try Sandbox.shop()
        _ = try shop.run("--all")
        let records = files(below: shop.cache + "/ac")
        let contents = records.map { FileManager.default.contents(atPath: $0) ?? Data() }
        for (index, file) in records.enumerated() {
            chmod(file, 0o644)
            try contents[(index + 1) % contents.count].write(to: URL(fileURLWithPath: file))
        }
        try expectRight(shop, warns: false)
    }

    @Test("garbage in the place of the history", arguments: [true, false])
    func historyGarbage(_ asFile: Bool) throws {
        let shop = try Sandbox.shop()
        _ = try shop.run("--all")
        let history = try #require(files(below: shop.cache).first { $0.hasSuffix("history.sqlite") })
        for file in files(below: shop.cache) where file.hasPrefix(history) { unlink(file) }
        if asFile {
            try Data(repeating: 0x42, count: 10_000).write(to: URL(fileURLWithPath: history))
        } else {
            mkdir(history, 0o755)
        }
        try shop.append("libs/core/src.txt", "x\n")
        let plan = try shop.ripple("plan", "--format", "json")
        #expect(plan.code == 0, "\(plan.summary)")
        let result = try shop.ripple("run", "--all")
        #expect(result.code == 0, "\(result.summary)")
        #expect((plan.errorText + result.errorText).contains("warning: "), "\(result.summary)")
        #expect(shop.read("apps/web/out/result.txt") == "source of web\nsource of core\nx\n")
    }

    @Test(
        "a cache on a full disk",
        .enabled(if: TinyDisk.isPossible, "a tmpfs cannot be mounted here: this was not tested"))
    func fullDisk() throws {
        let sandbox = try Sandbox.independent(
            (0..<4).map { ("p\($0)", "mkdir -p out; head -c 50000 /dev/urandom | od -x > out/x; cp src.txt out/y") })
        let disk = try #require(TinyDisk(sandbox.root + "/disk", kibibytes: 64))
        defer { disk.unmount() }
        sandbox.cache = disk.path
        for _ in 0..<2 {
            let result = try sandbox.ripple("run", "--all")
            #expect(result.code == 0, "\(result.summary)")
            #expect(result.errorText.contains("warning: ") || result.text.contains("not stored"), "\(result.summary)")
            for number in 0..<4 {
                #expect((sandbox.read("apps/p\(number)/out/x")?.utf8.count ?? 0) > 100_000)
                #expect(sandbox.read("apps/p\(number)/out/y") == "source of p\(number)\n")
            }
        }
        #expect(try sandbox.ripple("cache", "verify").code == 0, "nothing torn on the full disk")
    }

    @Test(
        "a cache that is read-only",
        .enabled(if: TinyDisk.isPossible, "a tmpfs cannot be mounted here: this was not tested"))
    func readOnly() throws {
        let shop = try Sandbox.shop()
        let disk = try #require(TinyDisk(shop.root + "/disk", kibibytes: 4096))
        defer { disk.unmount() }
        shop.cache = disk.path
        _ = try shop.run("--all")
        #expect(disk.makeReadOnly())
        // What is stored can be used.
        _ = shop.ran()
        try shop.git("clean", "-q", "-fdx")
        let reused = try shop.ripple("run", "--all")
        #expect(reused.code == 0, "\(reused.summary)")
        #expect(shop.ran() == [])
        #expect(shop.read("apps/web/out/result.txt") == "source of web\nsource of core\n")
        // What is not is built and not kept.
        try shop.append("libs/core/src.txt", "x\n")
        let built = try shop.ripple("run", "--all")
        #expect(built.code == 0, "\(built.summary)")
        #expect(built.errorText.contains("warning: "))
        #expect(shop.read("apps/web/out/result.txt") == "source of web\nsource of core\nx\n")
    }

    @Test("the cache goes where it is told: RIPPLE_CACHE_DIR, XDG_CACHE_HOME, HOME")
    func place() throws {
        let shop = try Sandbox.shop()
        func path(_ extra: [String: String]) throws -> String {
            try shop.ripple("cache", "path", environment: extra).text.trimmingCharacters(in: .newlines)
        }
        #expect(try path([:]) == shop.cache)
        #expect(try path(["RIPPLE_CACHE_DIR": "", "XDG_CACHE_HOME": shop.root + "/xdg"]) == shop.root + "/xdg/ripple")
        #expect(try path(["RIPPLE_CACHE_DIR": ""]) == shop.home + "/.cache/ripple")
    }
}

/// A file system in memory of a given size.
final class TinyDisk {
    let path: String
    private var isMounted = true

    init?(_ path: String, kibibytes: Int) {
        self.path = path
        mkdir(path, 0o755)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else { return nil }
    }

    deinit { unmount() }

    func makeReadOnly() -> Bool { mount("tmpfs", path, "tmpfs", UInt(1 | 32), "") == 0 }

    func unmount() {
        guard isMounted else { return }
        isMounted = false
        umount2(path, 2)
    }

    /// Whether this process may mount one.
    static let isPossible: Bool = {
        var name = (NSTemporaryDirectory() as NSString).appendingPathComponent("ripple-mount-XXXXXX").utf8CString.map {
            $0
        }
        guard mkdtemp(&name) != nil else { return false }
        let path = String(decoding: name.dropLast(1).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(path) }
        guard let disk = TinyDisk(path, kibibytes: 64) else {
            FileHandle.standardError.write(Data("note: mount: \(String(cString: strerror(errno)))\n".utf8))
            return false
        }
        disk.unmount()
        return true
    }()
}
