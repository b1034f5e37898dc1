/** The sheet of the server's own pages. Colours and faces come from the app's sheet where it is there; else from here. */
export const operatorSheet = `
.operator { max-width: 46rem; margin: 0 auto; padding: 0 1rem 3rem; font-size: 1rem; line-height: 1.6; color: var(--ink, #2a2520); background: var(--paper, #f7f2e9); }
.operator header { display: flex; justify-content: space-between; gap: 1rem; padding: .5rem 0; }
.operator header a { display: inline-flex; align-items: center; min-height: 44px; color: var(--pine, #1f5f50); }
.operator h1 { margin: .5rem 0 1rem; }
.operator h2 { margin: 2.5rem 0 .75rem; }
.operator main p { margin: .4rem 0; }
.operator .soft { color: var(--soft, #665c50); }
.operator .verdict { font-size: 1.3rem; font-weight: 600; padding: .8rem 1rem; border-radius: 14px; }
.operator .success { background: var(--pine-wash, #e0ece5); }
.operator .loading, .operator .starting { background: var(--indigo-wash, #e5e8f5); }
.operator .waiting { background: var(--amber-wash, #f8ecc9); }
.operator .error { background: var(--persimmon-wash, #f8e5d6); }
.operator ul.checks { list-style: none; padding: 0; display: grid; gap: .5rem; margin: 1rem 0; }
.operator ul.checks li { padding: .6rem 1rem; border-radius: 14px; border: 1px solid var(--line, #ddd3c2); background: var(--sheet, #fffdf8); }
.operator ul.checks li.error, .operator ul.checks li.waiting { border-inline-start: 6px solid var(--persimmon, #9a4418); }
.operator ul.checks li.waiting { border-inline-start-color: var(--amber, #6f5206); }
.operator .word { float: inline-end; padding: 0 .6rem; border-radius: 999px; }
.operator .checks .error .word { background: var(--persimmon-wash, #f8e5d6); }
.operator .checks .waiting .word { background: var(--amber-wash, #f8ecc9); }
.operator .checks .loading .word { background: var(--indigo-wash, #e5e8f5); }
.operator .checks .success .word { background: var(--pine-wash, #e0ece5); }
.operator .fix b { display: block; }
.operator .scroll { overflow-x: auto; }
.operator table { border-collapse: collapse; width: 100%; }
.operator th, .operator td { text-align: start; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line, #ddd3c2); vertical-align: top; }
.operator td { overflow-wrap: anywhere; min-width: 5.5rem; }
.operator td:first-child { overflow-wrap: normal; }
.operator dl { display: grid; gap: .2rem; margin: .5rem 0; }
.operator dt { font-weight: 600; margin-top: .5rem; }
.operator dd { margin: 0; overflow-wrap: anywhere; }
.operator dd ul { list-style: none; padding: 0; }
.operator .danger dt { border-top: 1px solid var(--line, #ddd3c2); padding-top: .6rem; }
.operator figure { margin: 1rem 0; }
.operator figcaption { font-weight: 600; }
.operator .plot { display: block; width: 100%; max-width: 30rem; height: auto; }
.operator .plot text { fill: var(--soft, #665c50); font-size: 17px; font-family: inherit; }
.operator .plot .grid { stroke: var(--line, #ddd3c2); }
.operator .plot .line { stroke: var(--pine, #1f5f50); stroke-width: 2.5; stroke-linejoin: round; }
.operator summary { min-height: 44px; display: flex; align-items: center; cursor: pointer; color: var(--pine, #1f5f50); }
.operator button { font: inherit; font-weight: 600; min-height: 48px; padding: 0 1.4rem; border: 0; border-radius: 999px; color: var(--on-pine, #fff); background: var(--pine, #1f5f50); cursor: pointer; }
.operator button.quiet { margin-top: 2.5rem; color: var(--pine, #1f5f50); background: transparent; border: 1px solid currentColor; }
@media (forced-colors: active) { .operator .plot .line { stroke: CanvasText; } .operator .plot text { fill: CanvasText; } }
`
