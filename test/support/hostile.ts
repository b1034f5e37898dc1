/**
 * Words that would do something if anybody took them for more than words: one of each family of the public corpora
 * (script elements, handlers, URLs, broken markup, templates, style, encodings, direction marks, terminal codes). `ran()`
 * is what they would call. None is longer than a member's name may be, so that each fits into every field.
 */
export const hostileWords: readonly string[] = [
  '<script>ran()</script>', '<img src=x onerror=ran()>', '<svg onload=ran()>', '<body onload=ran()>', '<iframe src=javascript:ran()>',
  '"><script>ran()</script>', '\'><img src=x onerror=ran()>', '" onfocus=ran() autofocus x="', '` onmouseover=ran() `', 'javascript:ran()',
  'data:text/html,<script>ran()</script>', '<a href="javascript:ran()">x</a>', '<style>@import"//e.example"</style>', '<link rel=stylesheet href=//e.example>',
  '<math><mi xlink:href=javascript:ran()>', '<details open ontoggle=ran()>', '<video><source onerror=ran()>', '<base href=//e.example/>',
  '<meta http-equiv=refresh content=0>', '</title><script>ran()</script>', '</textarea><script>ran()</script>', '<!--<img src="--><img onerror=ran()>',
  '${ran()}', '{{constructor.constructor("ran()")()}}', '<%= ran() %>', '#{ran()}', '\\u003cscript\\u003eran()\\u003c/script\\u003e', '&lt;script&gt;ran()&lt;/script&gt;',
  '%3Cscript%3Eran()%3C/script%3E', '＜script＞ran()＜/script＞', '\u202Egnirts\u202C', '\u0000\u0007\u001b[31mred', 'ﷺ𝕿𝖍𝖊 ẞ\u0301\u0302\u0303', '__proto__', 'constructor', '=cmd|\'/c calc\'!A0',
]
