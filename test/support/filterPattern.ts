import assert from "node:assert/strict";

/**
 * CloudWatch's filter patterns, as far as this project writes them; any other syntax fails the test that reads it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
type Condition = (event: object) => boolean;

/** Whether a line of plain text matches a pattern of quoted terms, all of which it must contain, or any of them if each has a `?`. */
export function matchesLine(pattern: string, line: string): boolean {
    assert.match(pattern, /^(\?"[^"\\]+"( \?"[^"\\]+")*|"[^"\\]+"( "[^"\\]+")*)$/);
    const terms = [...pattern.matchAll(/"([^"]+)"/g)].map(([, term = ""]) => line.includes(term));
    return pattern.startsWith("?") ? terms.some(Boolean) : terms.every(Boolean);
}

/**
 * Whether an event matches a pattern in braces. The meaning of `!=` for a missing field is not documented: the caller gets the
 * same answer for both meanings, or fails.
 */
export function matchesEvent(pattern: string, event: object): boolean {
    const [absentDiffers, absentFails] = [true, false].map((differs) => new Parser(pattern, differs).parse()(event));
    assert.equal(absentDiffers, absentFails, `it depends on what != means without the field: ${pattern}`);
    return absentDiffers === true;
}

class Parser {
    private rest: string;

    constructor(
        private readonly pattern: string,
        private readonly absentDiffers: boolean,
    ) {
        assert.ok(pattern.length <= 1024, `${pattern.length} characters`);
        this.rest = pattern;
    }

    parse(): Condition {
        this.take(/^\{ /);
        const condition = this.any();
        this.take(/^ \}$/);
        return condition;
    }

    private any(): Condition {
        return this.joined(
            /^ \|\| /,
            () => this.all(),
            (parts, event) => parts.some((part) => part(event)),
        );
    }

    private all(): Condition {
        return this.joined(
            /^ && /,
            () => this.one(),
            (parts, event) => parts.every((part) => part(event)),
        );
    }

    private joined(
        operator: RegExp,
        next: () => Condition,
        join: (parts: readonly Condition[], event: object) => boolean,
    ): Condition {
        const parts = [next()];
        while (operator.test(this.rest)) {
            this.take(operator);
            parts.push(next());
        }
        return (event) => join(parts, event);
    }

    private one(): Condition {
        this.take(/^\(/);
        const condition = this.rest.startsWith("$") ? this.comparison() : this.any();
        this.take(/^\)/);
        return condition;
    }

    private comparison(): Condition {
        const [, field = ""] = this.take(/^\$\.([\w.-]+) /);
        const valueIn = (event: object) =>
            field
                .split(".")
                .reduce<unknown>(
                    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
                    event,
                );
        if (this.rest.startsWith("NOT")) {
            this.take(/^NOT EXISTS/);
            return (event) => valueIn(event) === undefined;
        }
        const [, operator, text = ""] = this.take(/^(=|!=) "([^"\\]*)"/);
        const parts = text.split("*").map((part) => part.replace(/[^\w]/g, "\\$&"));
        const expected = new RegExp(`^${parts.join(".*")}$`, "s");
        return (event) => {
            const value = valueIn(event);
            if (value === undefined) {
                return operator === "!=" && this.absentDiffers;
            }
            return expected.test(typeof value === "string" ? value : JSON.stringify(value)) === (operator === "=");
        };
    }

    private take(expression: RegExp): RegExpExecArray {
        const found = expression.exec(this.rest);
        assert.ok(found, `not a filter pattern at ${JSON.stringify(this.rest)} of ${this.pattern}`);
        this.rest = this.rest.slice(found[0].length);
        return found;
    }
}
