#!/usr/bin/env bash
# The checks that need no tests: format, imports, file sizes, banned words.
set -uo pipefail
cd "$(dirname "$0")/.."
scripts/toolchain.sh || exit 1
failed=0
fail() {
    echo "check: $1"
    failed=1
}

swift format lint --strict --recursive Package.swift Sources Tests Benchmarks || fail "format (swift format -i -r Sources Tests)"

# Foundation costs 45 MB of binary and 6 MB of memory; FoundationEssentials has what the server needs.
found=$(grep -rnE '^\s*((package|public|internal|private|fileprivate) )?import (Foundation|FoundationNetworking)$' Sources)
[ -z "$found" ] || fail "Foundation is imported:"$'\n'"$found"
found=$(grep -rnE 'import (GolemTUI|CNcurses|CTerminalRestore)$' Sources/GolemEngine Sources/GolemEvents)
[ -z "$found" ] || fail "the engine imports the console:"$'\n'"$found"
found=$(grep -rnE 'import GolemEngine$' Sources/GolemTUI Sources/GolemEvents)
[ -z "$found" ] || fail "the console or the contract imports the engine:"$'\n'"$found"
found=$(grep -rlE 'import (CNcurses|CTerminalRestore)$' Sources/GolemTUI | grep -v '^Sources/GolemTUI/Terminal/')
[ -z "$found" ] || fail "curses outside of Terminal/:"$'\n'"$found"

# Platform/ holds no word of Golem: it may name GolemEvents' Timestamp, and nothing else of the project.
found=$(grep -rnwE 'Agent|Channel|InboundMessage|TurnRunner|ToolRegistry|ModelRequest|Store' Sources/GolemEngine/Platform \
    --include='*.swift' | grep -vE '//' )
[ -z "$found" ] || fail "Platform/ names other rooms:"$'\n'"$found"

found=$(grep -rnE 'fatalError\(|try!|Task\.detached|DispatchSemaphore|Thread\.sleep|TODO|FIXME' Sources Tests --include='*.swift')
[ -z "$found" ] || fail "banned in the sources:"$'\n'"$found"
found=$(grep -rnE '@unchecked Sendable' Sources --include='*.swift' |
    grep -vE '^Sources/(GolemEngine/Platform|GolemTUI/Terminal|GolemTUI/Runtime)/')
[ -z "$found" ] || fail "@unchecked Sendable outside of Platform/ and Terminal/:"$'\n'"$found"
found=$(grep -rnE '(^|[^.a-zA-Z])Task( \{|\(priority|\.init)' Sources --include='*.swift' |
    grep -vE '^Sources/(golem/SignalBridge|GolemEngine/Platform/HTTPServer/TaskRegistry|GolemEngine/Platform/Concurrency/TaskRegistry)\.swift' |
    grep -vE '^Sources/GolemTUI/Runtime/')
[ -z "$found" ] || fail "a task without an owner:"$'\n'"$found"
found=$(grep -rnE 'Task\.sleep|usleep\(|[^a-z]sleep\(' Tests --include='*.swift' | grep -vE 'TimeSource|ManualTime|^Tests/GolemTestSupport/Eventually.swift|func sleep')
[ -z "$found" ] || fail "a sleep in a test:"$'\n'"$found"

while IFS= read -r file; do
    lines=$(wc -l <"$file")
    limit=500
    case "$file" in Tests/*) limit=700 ;; esac
    case "$file" in *WidthTable.swift) continue ;; esac # generated
    [ "$lines" -le "$limit" ] || fail "$file has $lines lines (limit $limit)"
    head -1 "$file" | grep -q 'SPDX-License-Identifier\|swift-tools-version' || fail "$file has no licence line"
done < <(git ls-files 'Sources/*.swift' 'Tests/*.swift')

found=$(git ls-files -z | xargs -0 grep -nIE '(^|[^a-z])/(work|root)/|/tmp/wt' -- 2>/dev/null | grep -v '^scripts/check.sh')
[ -z "$found" ] || fail "a path of one machine:"$'\n'"$found"

for script in scripts/*.sh .ci/run; do bash -n "$script" || fail "$script does not parse"; done
[ "$failed" -eq 0 ] && echo "check: all good"
exit "$failed"
