/// The tasks of one project, by name.
///
/// Read like a dictionary, but with its few entries in ascending order of their names: the order is the same in every run,
/// and a task can be looked at where it lies instead of being copied out.
package struct TaskTable: Sendable {
    /// Ascending, each once.
    package private(set) var keys: [String]
    /// The definition of the task whose name has the same place in `keys`.
    package private(set) var values: [TaskDefinition]

    package init() {
        keys = []
        values = []
    }

    package init(_ tasks: [String: TaskDefinition]) {
        let entries = tasks.sorted { $0.key < $1.key }
        keys = entries.map(\.key)
        values = entries.map(\.value)
    }

    /// - Parameter keys: ascending, each once; as many as there are values. Anything else is `nil`.
    init?(keys: [String], values: [TaskDefinition]) {
        guard keys.count == values.count, zip(keys, keys.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        self.keys = keys
        self.values = values
    }

    package var isEmpty: Bool { keys.isEmpty }
    package var count: Int { keys.count }

    /// Where the task of that name is in `keys` and `values`.
    package func place(of name: String) -> Int? {
        let place = firstPlace(notBefore: name)
        return place < keys.count && keys[place] == name ? place : nil
    }

    package subscript(name: String) -> TaskDefinition? {
        get { place(of: name).map { values[$0] } }
        set {
            let place = firstPlace(notBefore: name)
            let isKnown = place < keys.count && keys[place] == name
            switch (newValue, isKnown) {
            case (let value?, true): values[place] = value
            case (let value?, false):
                keys.insert(name, at: place)
                values.insert(value, at: place)
            case (nil, true):
                keys.remove(at: place)
                values.remove(at: place)
            case (nil, false): break
            }
        }
    }

    private func firstPlace(notBefore name: String) -> Int {
        var low = 0, high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < name { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension TaskTable: Sequence {
    package func makeIterator() -> some IteratorProtocol<(key: String, value: TaskDefinition)> {
        zip(keys, values).lazy.map { (key: $0, value: $1) }.makeIterator()
    }
}
