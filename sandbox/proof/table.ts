import { RIGHTS } from "./expectation";
import type { Right } from "./expectation";
import { describeFinding } from "./verdict";
import type { Mark, Proof } from "./verdict";

/** Where the table is shown. */
export interface Look {
    /** Columns of the terminal. */
    readonly width: number;
    readonly color: boolean;
}

const LETTERS: Readonly<Record<Right, string>> = {
    read: "r",
    insert: "i",
    update: "u",
    delete: "d",
    create: "c",
    drop: "x",
};
const REFUSED = "·";
const MISSING = "-";
const NOT_TRIED = "?";
/** Wider names are cut: the findings tell them whole. */
const MAX_NAME = 24;
/** More findings than this say nothing new on a screen; all are in the result. */
const MAX_FINDINGS = 20;

/** How this stream wants it: colours for people only, and not for those who set NO_COLOR (https://no-color.org). */
export function lookOf(
    stream: { readonly isTTY?: boolean; readonly columns?: number },
    environment = process.env,
): Look {
    const color = stream.isTTY === true && (environment["NO_COLOR"] ?? "") === "";
    return { width: stream.columns ?? 100, color };
}

/**
 * The proof as a table for people, logins down and tenants' data across: each cell says what was really done. Where it
 * would be wider than the screen, a cell is one sign.
 */
export function renderProof(proof: Proof, look: Look): string {
    const paint = painter(look.color);
    const label = Math.max(0, ...proof.logins.map((login) => cut(login).length));
    const columns = proof.tenants.map(({ name }) => Math.max(RIGHTS.length, cut(name).length));
    const fits = label + columns.reduce((sum, width) => sum + 2 + width, 0) <= look.width;
    return [
        ...(fits ? fullTable(proof, paint, label, columns) : shortTable(proof, paint, label, look.width)),
        "",
        ...(fits ? fullLegend(proof, paint) : shortLegend(proof, paint)),
        ...summary(proof, paint),
    ].join("\n");
}

type Paint = (text: string, style: keyof typeof STYLES) => string;

const STYLES = { allowed: 32, refused: 2, leak: 31, missing: 33, dim: 2 } as const;

function painter(color: boolean): Paint {
    return (text, style) => (color ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text);
}

function fullTable(
    { logins, tenants, cell }: Proof,
    paint: Paint,
    label: number,
    columns: readonly number[],
): string[] {
    const head = tenants.map(({ name }, i) => cut(name).padEnd(columns[i] ?? 0));
    const rows = logins.map((login) => {
        const cells = tenants.map(({ name }, i) => {
            const marks = cell(login, name);
            const signs = RIGHTS.map((right) => signOf(LETTERS[right], marks?.get(right)));
            return paintAll(signs, paint) + " ".repeat((columns[i] ?? 0) - RIGHTS.length);
        });
        return [cut(login).padEnd(label), ...cells].join("  ").trimEnd();
    });
    return [paint([" ".repeat(label), ...head].join("  ").trimEnd(), "dim"), ...rows];
}

/** One sign a cell; the columns are numbered, and come in several blocks if need be. */
function shortTable({ logins, tenants, cell }: Proof, paint: Paint, label: number, width: number): string[] {
    const digits = `${tenants.length}`.length;
    const perBlock = Math.max(1, Math.floor((width - label - digits - 1) / (digits + 1)));
    const blocks = Array.from({ length: Math.ceil(tenants.length / perBlock) }, (_, i) =>
        tenants.slice(i * perBlock, (i + 1) * perBlock),
    );
    return blocks.flatMap((block, b) => {
        const numbers = block.map((_, i) => `${b * perBlock + i + 1}`.padStart(digits));
        const rows = logins.map((login, row) => {
            const cells = block.map(({ name }): Sign => {
                const { text, style } = shortSignOf(cell(login, name));
                return { text: ` ${text.padStart(digits)}`, style };
            });
            return `${`${row + 1}`.padStart(digits)} ${cut(login).padEnd(label)}${paintAll(cells, paint)}`;
        });
        return [
            ...(b === 0 ? [] : [""]),
            paint([" ".repeat(digits), " ".repeat(label), ...numbers].join(" "), "dim"),
            ...rows,
        ];
    });
}

interface Sign {
    readonly text: string;
    readonly style: keyof typeof STYLES;
}

function signOf(letter: string, mark: Mark | undefined): Sign {
    switch (mark) {
        case "allowed":
            return { text: letter, style: mark };
        case "refused":
            return { text: REFUSED, style: mark };
        case "leak":
            return { text: letter.toUpperCase(), style: mark };
        case "missing":
            return { text: MISSING, style: mark };
        case undefined:
            return { text: NOT_TRIED, style: "missing" };
    }
}

/** The worst of a cell. */
function shortSignOf(marks: ReadonlyMap<Right, Mark> | undefined): Sign {
    const found = new Set(marks?.values());
    const worst = (["leak", "missing", "allowed", "refused"] as const).find((mark) => found.has(mark));
    return signOf(worst === "leak" ? "L" : "o", worst);
}

/** Neighbours of one style are painted together: a table of dots is thousands of them. */
function paintAll(signs: readonly Sign[], paint: Paint): string {
    const runs: Sign[] = [];
    for (const { text, style } of signs) {
        const last = runs.at(-1);
        if (last?.style === style) {
            runs.splice(-1, 1, { text: last.text + text, style });
        } else {
            runs.push({ text, style });
        }
    }
    return runs.map(({ text, style }) => paint(text, style)).join("");
}

function fullLegend(proof: Proof, paint: Paint): string[] {
    const letters = RIGHTS.map((right) => `${LETTERS[right]} ${right}`).join("  ");
    return legend(proof, paint, `${letters}   ${REFUSED} refused, as it should be`, "CAPITAL");
}

function shortLegend(proof: Proof, paint: Paint): string[] {
    return legend(proof, paint, `o its rights, no more and no less   ${REFUSED} all refused, as it should be`, "L");
}

function legend(proof: Proof, paint: Paint, usual: string, leak: string): string[] {
    const faults = isFaultless(proof)
        ? []
        : [`${leak} a leak   ${MISSING} a right that is missing   ${NOT_TRIED} not tried`];
    return [usual, ...faults].map((line) => paint(line, "dim"));
}

function isFaultless({ leaks, missing }: Proof): boolean {
    return leaks.length + missing.length === 0;
}

function summary(proof: Proof, paint: Paint): string[] {
    const { attempted, allowed, refused, leaks, missing, logins } = proof;
    const counts = `${plural(attempted, "attempt")} by ${plural(logins.length, "login")}, CREATE DATABASE and SET ROLE among them:`;
    if (isFaultless(proof)) {
        return [counts, `${allowed} allowed, ${refused} refused; no leak, nothing missing`];
    }
    const listed = [
        ...leaks.map((finding) => `  ${paint("leak", "leak")}     ${describeFinding(finding)}`),
        ...missing.map((finding) => `  ${paint("missing", "missing")}  ${describeFinding(finding)}`),
    ];
    const more = listed.length - MAX_FINDINGS;
    return [
        counts,
        `${allowed} allowed, ${refused} refused; ${plural(leaks.length, "leak")}, ${missing.length} missing`,
        ...listed.slice(0, MAX_FINDINGS),
        ...(more > 0 ? [`  and ${more} more`] : []),
    ];
}

function plural(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function cut(name: string): string {
    return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
}
