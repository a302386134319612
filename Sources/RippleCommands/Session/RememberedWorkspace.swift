internal import AffectedAnalysis
internal import ChangeDetection
internal import ContentAddressing
internal import GitObjects
internal import Glibc
internal import LocalStore
internal import WorkspaceModel

/// The workspace of an earlier run in the same repository, for versions that have the same structure.
///
/// Reading every manifest of a large repository takes most of an answer's time, and few commits touch one. So a run leaves
/// what it read, with the tree it read it from. A later run compares that tree with its own: where no file that is read for
/// structure differs (`AffectedAnalysis.isSameStructure`), neither do projects, edges and tasks. It answers only for
/// comparisons whose sides all have that structure, because it cannot explain a change of a lockfile.
///
/// Only saves time: what cannot be read, was written by another build of the program or does not fit is as if it were not
/// there. Safe to delete at any time.
struct RememberedWorkspace {
    private static let magic = "ripple.workspace/2"
    private let store: LocalStore
    private let repository: String
    /// Tells builds of the program apart: another may read manifests in another way.
    private let program: String

    init(_ repository: borrowing Repository, _ context: ProcessContext) {
        store = LocalStore(root: context.cacheDirectory)
        self.repository = repository.commonDirectory
        var status = stat()
        program =
            stat("/proc/self/exe", &status) == 0
            ? "\(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
            : ""
    }

    /// The workspace of the head, when it and all bases have the remembered structure.
    func workspace(of versions: borrowing ComparedVersions) -> Workspace? {
        guard !program.isEmpty, let bytes = try? store.snapshot(of: repository) else { return nil }
        return bytes.withUnsafeBytes { bytes in
            let lines = bytes.prefix(4096).split(separator: UInt8(ascii: "\n"), maxSplits: 3)
            guard lines.count == 4, lines[0].elementsEqual(RememberedWorkspace.magic.utf8),
                lines[1].elementsEqual(program.utf8),
                let root = ObjectID(hex: String(decoding: lines[2], as: UTF8.self)),
                let workspace = WorkspaceSnapshot.decode(
                    UnsafeRawBufferPointer(rebasing: bytes[lines[3].startIndex...]))
            else { return nil }
            let hasStructure = versions.baseRoots.allSatisfy {
                isSameStructure(workspace, from: $0, to: versions.headRoot, versions.objects)
            }
            return hasStructure && isSameStructure(workspace, from: root, to: versions.headRoot, versions.objects)
                ? workspace : nil
        }
    }

    /// Leaves the workspace of the head to later runs, unless none of the versions that it holds for will be there then.
    func remember(_ workspace: Workspace, of versions: borrowing ComparedVersions) {
        guard !program.isEmpty else { return }
        let lasting = ([versions.headRoot] + versions.baseRoots).first {
            versions.objects.isStored(tree: $0)
                && isSameStructure(workspace, from: $0, to: versions.headRoot, versions.objects)
        }
        guard let root = lasting else { return }
        let header = "\(RememberedWorkspace.magic)\n\(program)\n\(root)\n"
        // A cache that cannot be written costs time at the next run, and is reported by what stores results.
        try? store.store(snapshot: Array(header.utf8) + WorkspaceSnapshot.encode(workspace), of: repository)
    }

    private func isSameStructure(
        _ workspace: Workspace, from base: ObjectID, to head: ObjectID, _ objects: ObjectStore
    ) -> Bool {
        if base == head { return true }
        // A tree that is gone, or a clone that lacks objects, answers nothing.
        guard let changes = try? TreeComparison.changes(from: base, to: head, in: objects) else { return false }
        let answer = try? AffectedAnalysis.isSameStructure(
            workspace, changes, from: SourceTree(objects: objects, root: base),
            to: SourceTree(objects: objects, root: head))
        return answer ?? false
    }
}
