internal import GitObjects

extension PathPattern {
    /// Whether the steps match the whole path. Goes back only to the last `anyDepth`, so the cost is at most the number of
    /// components times the number of steps.
    func matches(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !path.isEmpty else { return false }
        var step = 0
        // Where the next component begins; one past the separator that would follow the last component at the end.
        var start = 0
        var retry: (step: Int, start: Int)?
        while true {
            if step < steps.count, case .anyDepth = steps[step] {
                if step == steps.count - 1 { return true }
                step += 1
                retry = (step, start)
                continue
            }
            // When the path ends first, a later start would only leave fewer components for the same steps.
            if start > path.count { return step == steps.count }
            let end = path.endOfComponent(from: start)
            if step < steps.count, case .name(let name) = steps[step],
                name.matches(UnsafeBufferPointer(rebasing: path[start..<end]))
            {
                step += 1
                start = end + 1
                continue
            }
            guard let last = retry else { return false }
            step = last.step
            start = path.endOfComponent(from: last.start) + 1
            retry = (step, start)
        }
    }

    func verdict(forDirectory directory: RepoPath) -> PatternList.Verdict {
        let states = directory.bytes.withUnsafeBufferPointer(self.states(after:))
        if states & completeStates != 0 { return .all }
        // In the last state nothing more can follow; in every other one something could.
        let open: UInt64 = 1 << UInt64(steps.count) - 1
        return states & open == 0 ? .none : .look
    }

    /// Bit `n` is set when `steps[..<n]` match the whole of the directory's path.
    private func states(after path: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var states = closed(1)
        guard !path.isEmpty else { return states }
        var start = 0
        while start <= path.count, states != 0 {
            let end = path.endOfComponent(from: start)
            let component = UnsafeBufferPointer(rebasing: path[start..<end])
            var following: UInt64 = 0
            for (state, step) in steps.enumerated() where states & (1 << UInt64(state)) != 0 {
                switch step {
                case .anyDepth: following |= 1 << UInt64(state)
                case .name(let name): if name.matches(component) { following |= 1 << UInt64(state + 1) }
                }
            }
            states = closed(following)
            start = end + 1
        }
        return states
    }

    /// Adds the states that are reached without a component, past each `anyDepth`.
    private func closed(_ states: UInt64) -> UInt64 {
        var states = states
        for (state, step) in steps.enumerated() where states & (1 << UInt64(state)) != 0 {
            if case .anyDepth = step { states |= 1 << UInt64(state + 1) }
        }
        return states
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Where the component that begins at `start` ends: its separator, or the end of the path.
    fileprivate func endOfComponent(from start: Int) -> Int {
        var end = start
        while end < count, self[end] != UInt8(ascii: "/") { end += 1 }
        return end
    }
}
