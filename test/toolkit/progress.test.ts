import assert from "node:assert/strict";

import { Progress, duration } from "../../toolkit/progress";
import type { Shown } from "../../toolkit/shown";

function terminal(isTTY: boolean): { isTTY: boolean; columns: number; written: string; write(text: Shown): void } {
    return {
        isTTY,
        columns: 40,
        written: "",
        write(text) {
            this.written += String(text);
        },
    };
}

/** A second passes on each reading. */
function clock(): () => number {
    let ms = 0;
    return () => (ms += 1000) - 1000;
}

describe("progress", () => {
    it("is a line for each step's start and end if lines cannot be updated", () => {
        const log = terminal(false);
        const progress = new Progress(log, clock());
        const step = progress.step("building");
        step.update("1 of 2");
        progress.line("a note");
        step.done("built");
        assert.equal(log.written, "building …\na note\nbuilt (1.0 s)\n");
    });

    it("is one line that updates itself in a terminal, cut to its width", () => {
        const screen = terminal(true);
        const step = new Progress(screen, clock()).step("building");
        step.update("a detail that is longer than the terminal is wide");
        step.done();
        assert.equal(screen.written, "building … 1.0 s\r\x1b[Kbuilding … 2.0 s a detail that is long…\r\x1b[K");
    });

    it("escapes control characters in a table's name", () => {
        for (const isTTY of [true, false]) {
            const screen = { ...terminal(isTTY), columns: 400 };
            const progress = new Progress(screen, clock());
            const step = progress.step("exporting acme.\u001b]0;title\u0007");
            step.update("dumping \u001b[2Jthe server\n is as declared\u009b8m");
            progress.line("acme.\r\u001b[K");
            step.done("wrote \u202eacme");
            assert.doesNotMatch(
                screen.written.replaceAll("\r\u001b[K", "").replaceAll(/ …\n|\}\n|K\n|\)\n/g, ""),
                // eslint-disable-next-line no-control-regex
                /[\u0000-\u001f\u007f-\u009f\u202e]/,
            );
            assert.match(screen.written, /acme\.\\u\{1b\}\]0;title\\u\{7\}/);
        }
    });

    it("ends a step when the next one begins", () => {
        const screen = terminal(true);
        const progress = new Progress(screen, clock());
        const first = progress.step("first");
        progress.step("second");
        screen.written = "";
        first.update("too late");
        first.done();
        assert.equal(screen.written, "");
        progress.step("third").done();
    });
});

describe("duration", () => {
    for (const [ms, text] of [
        [0, "0.0 s"],
        [9_949, "9.9 s"],
        [9_950, "10 s"],
        [59_499, "59 s"],
        [59_500, "1 min 00 s"],
        [245_000, "4 min 05 s"],
    ] as const) {
        it(`writes ${ms} ms as ${text}`, () => assert.equal(duration(ms), text));
    }
});
