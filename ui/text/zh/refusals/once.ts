/** What several refusals say alike, in Chinese. */
export const tellSteward = '请刷新再试一次；还不行，把下面的代码告诉会长'
export const nothingToDo = '不用做什么'
export const lookAgain = '请刷新看看'
export const notHere = '它不在本社区的记录里'
