/// The names by which JavaScript code calls packages.
enum ModuleName {
    /// The package in `name/path` or `@scope/name/path`; `nil` for what is no package's name: a path, an address, a name
    /// from `imports` of package.json (`#x`), or an alias such as `@/x`, `~/x` and `$lib/x`.
    static func package(of specifier: String) -> String? {
        let parts = specifier.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty else { return nil }
        guard first.hasPrefix("@") else { return isName(first) ? String(first) : nil }
        guard first.count > 1, parts.count > 1, isName(first.dropFirst()), isName(parts[1]) else { return nil }
        return "\(first)/\(parts[1])"
    }

    /// The names that npm accepts for new packages.
    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "_") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    /// The modules of Node.js 24 that have no `node:` before their names, and those of other hosts.
    static let builtins: Set<String> = [
        "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
        "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module", "net",
        "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream",
        "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi",
        "worker_threads", "zlib", "bun", "electron", "vscode",
    ]

    /// What `@docusaurus/core` 3 calls modules of its own.
    static let docusaurus: Set<String> = Set(
        [
            "BrowserOnly", "ComponentCreator", "ErrorBoundary", "ExecutionEnvironment", "Head", "Interpolate", "Link",
            "Noop", "Translate", "constants", "isInternalUrl", "router", "useBaseUrl", "useBrokenLinks",
            "useDocusaurusContext", "useGlobalData", "useIsBrowser", "useIsomorphicLayoutEffect", "useRouteContext",
            "renderRoutes",
        ].map { "@docusaurus/\($0)" })
}
