package import Diagnostics
package import GitObjects
package import WorkspaceModel

/// Reads a workspace from one tree: runs every adapter, merges what they found, and applies ripple.yaml.
///
/// A pure function of the tree. Parsed manifests are kept by blob id, so that reading base and head parses a manifest
/// that did not change once.
package final class WorkspaceReader {
    private let javaScript = ParsedManifestCache()
    private let crates = ParsedCrateCache()
    private let nx = ParsedNxCache()
    private let go = ParsedGoCache()
    private let python = ParsedPythonCache()
    private let maven = ParsedMavenCache()
    private let gradle = ParsedGradleCache()
    private let swift = ParsedSwiftCache()
    private let dotNet = ParsedDotNetCache()
    private let moon = ParsedMoonCache()
    private let docker = ParsedDockerCache()
    private let terraform = ParsedTerraformCache()
    private let tools = ParsedToolVersionCache()
    private let configurations = ParsedConfigurationCache()
    private let rust = OutsidePathCache()

    package init() {}

    /// The configuration at the workspace root; `nil` when there is no ripple.yaml.
    package static func configuration(in tree: SourceTree) throws(WorkspaceError) -> WorkspaceConfiguration? {
        let path = RepoPath("ripple.yaml")
        guard let bytes = try git({ () throws(GitError) in try tree.read(path) }) else { return nil }
        do throws(ConfigurationError) {
            return try WorkspaceConfiguration.parse(bytes, path: path)
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// The default branch that the configuration of moon, Rush or Nx names; `nil` when none does.
    package static func toolBranch(in tree: SourceTree) throws(WorkspaceError) -> String? {
        let named = try git { () throws(GitError) in
            if let branch = try MoonAdapter.defaultBranch(in: tree) { return branch as String? }
            if let branch = try RushAdapter.defaultBranch(in: tree) { return branch }
            return try NxAdapter.defaultBranch(in: tree)
        }
        let isPlain = named.map { !$0.isEmpty && !$0.hasPrefix("-") && !$0.contains(where: \.isWhitespace) } ?? false
        return isPlain ? named : nil
    }

    /// Reads the whole workspace. Errors are the user's: each names a file and a line.
    ///
    /// - Parameter upcoming: versions that this reader will likely be asked for next; naming them only saves time.
    package func read(_ tree: SourceTree, before upcoming: [SourceTree] = []) throws(WorkspaceError) -> Workspace {
        javaScript.locks.upcoming = upcoming
        defer { javaScript.locks.upcoming = [] }
        let (workspace, errors) = try readWithErrors(tree)
        if let error = errors.first { throw WorkspaceError(error) }
        return workspace
    }

    /// Reads what can be read of the workspace, together with what the adapters refused: in the order of adapters, sorted
    /// by message within each. A ripple.yaml that cannot be used is thrown as in `read`.
    package func readWithErrors(
        _ tree: SourceTree
    ) throws(WorkspaceError) -> (workspace: Workspace, errors: [ConfigurationError]) {
        let configuration = try WorkspaceReader.configuration(in: tree)
        let scan = try git { () throws(GitError) in try ManifestScan.walk(tree) }
        let found = try git { () throws(GitError) in
            var javaScript = try JavaScriptAdapter.discover(
                in: tree, scan: scan, cache: self.javaScript,
                rootDependencies: configuration?.rootDependencies ?? .standard)
            try TurborepoAdapter.apply(in: tree, to: &javaScript)
            try LageAdapter.apply(in: tree, to: &javaScript)
            try RushAdapter.apply(in: tree, to: &javaScript)
            try NxAdapter.apply(in: tree, to: &javaScript, cache: self.nx, manifests: self.javaScript)
            var found = [
                javaScript, try CargoAdapter.discover(in: tree, scan: scan, cache: self.crates),
                try GoAdapter.discover(in: tree, scan: scan, cache: self.go),
                try SwiftPackageAdapter.discover(in: tree, scan: scan, cache: self.swift),
                try PythonAdapter.discover(in: tree, scan: scan, cache: self.python),
                try MavenAdapter.discover(in: tree, scan: scan, cache: self.maven),
                try GradleAdapter.discover(in: tree, scan: scan, cache: self.gradle),
                try DotNetAdapter.discover(in: tree, scan: scan, cache: self.dotNet),
            ]
            found = try MoonAdapter.apply(in: tree, to: found, cache: self.moon)
            // These lie beside anything, so they are told what else is there.
            found.append(
                try TerraformAdapter.discover(in: tree, scan: scan, cache: self.terraform, beside: found))
            let images = try DockerAdapter.discover(in: tree, scan: scan, cache: self.docker, beside: &found)
            // A directory is a project of images before it is one of modules.
            found.insert(images, at: found.count - 1)
            return found
        }
        let errors = found.flatMap { $0.errors.sorted { $0.message < $1.message } }
        do throws(WorkspaceError) {
            var merge = try WorkspaceMerge(
                tree: tree, scan: scan, configuration: configuration, discoveries: found,
                caches: NamedFileCaches(tools: tools, configurations: configurations, manifests: javaScript, rust: rust)
            )
            return (try merge.workspace(), errors)
        } catch {
            // What an adapter refused may be why the rest does not fit together.
            throw errors.first.map { WorkspaceError($0) } ?? error
        }
    }
}

/// A workspace that cannot be read.
package struct WorkspaceError: ClassifiedError, Sendable {
    package let fault: FaultClass
    package let message: String

    init(_ error: any ClassifiedError) {
        fault = error.fault
        message = error.message
    }
}

/// Runs `body`, turning git's error into a workspace's.
func git<Value>(_ body: () throws(GitError) -> Value) throws(WorkspaceError) -> Value {
    do throws(GitError) {
        return try body()
    } catch {
        throw WorkspaceError(error)
    }
}
