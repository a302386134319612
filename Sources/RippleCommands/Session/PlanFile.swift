internal import BuildPlanning
internal import ContentAddressing
internal import Diagnostics
internal import GitObjects
internal import Glibc
internal import JSONText

/// A plan that was written earlier, checked before it is trusted: not edited, not of a newer program, for these trees.
struct PlanFile {
    private let path: String
    private let document: JSONDocument
    let taskIDs: [String]
    /// The ids of each agent's tasks, in working order.
    let assignments: [[String]]
    private let keys: [String: String]

    init(reading path: String) throws {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandError(.user, "--plan \(path): it cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        guard let bytes = readToEnd(descriptor) else {
            throw CommandError(.user, "--plan \(path): it cannot be read: \(String(cString: strerror(errno))).")
        }
        do throws(JSONSyntaxError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            throw CommandError(.user, "\(path):\(error.line):\(error.column): \(error.problem). It is no plan.")
        }
        let root = document.root
        guard let schema = root["schema"]?.string, schema.hasPrefix("ripple.plan/") else {
            throw CommandError(.user, "\(path): it is no plan: its 'schema' does not start with ripple.plan/.")
        }
        guard schema == "ripple.plan/1" else {
            throw CommandError(
                .user, "\(path): it has the schema \(schema), which is newer than this program. Install a newer ripple."
            )
        }
        var writer = JSONWriter()
        writer.object { object in
            for member in root.object ?? [] where member.key != "planId" { object.member(member.key, member.node) }
        }
        guard root["planId"]?.string == "\(ContentDigest.of(writer.finish()))" else {
            throw CommandError(.user, "\(path): it was edited after it was made. Make it anew with 'ripple plan'.")
        }
        var ids: [String] = [], keys: [String: String] = [:]
        for task in root["tasks"]?.array ?? [] {
            guard let id = task["id"]?.string, let key = task["key"]?.string else {
                throw CommandError(.user, "\(path): a task lacks its id or key. Make it anew with 'ripple plan'.")
            }
            ids.append(id)
            keys[id] = key
        }
        taskIDs = ids
        assignments = (root["schedule"]?["assignments"]?.array ?? []).map { ($0.array ?? []).compactMap(\.string) }
        self.keys = keys
    }

    /// Checks that the plan was made for this tree.
    func check(_ tree: ObjectID) throws {
        guard document.root["head"]?["tree"]?.string == "\(tree)" else {
            throw CommandError(
                .user,
                "\(path): it was made for other files (tree \(document.root["head"]?["tree"]?.string ?? "unknown"), here \(tree)). "
                    + "Check out what it was made for, or make it anew with 'ripple plan'.")
        }
    }

    /// Checks that the tasks mean here what they meant there.
    func check(_ plan: BuildPlan) throws {
        for task in plan.tasks {
            guard let key = keys[task.id] else { continue }
            guard key == "\(task.key)" else {
                throw CommandError(
                    .user,
                    "\(path): the key of \(task.id) is another here: the environment or the toolchain differs. "
                        + "Make the plan anew with 'ripple plan'.")
            }
        }
    }
}
