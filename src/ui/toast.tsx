import { Toast as Base } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { useEffect } from 'react'
import { Button } from './button.tsx'
import { InlineCode } from './inline-code.tsx'
import { hearNotices } from './notify.ts'
import './toast.css'

const manager = Base.createToastManager()

/** Shows what `notify` says: in the corner, politely, one at a time of each kind and title. Once per page. */
export function Toasts() {
  useEffect(
    () =>
      hearNotices((notice) => {
        const id = `${notice.kind}:${notice.title}`
        manager.add({
          id,
          type: notice.kind,
          title: <InlineCode text={notice.title} />,
          description: notice.text === undefined ? undefined : <InlineCode text={notice.text} />,
          ...(notice.lasting === true ? { timeout: 0 } : {}),
          ...(notice.action === undefined
            ? {}
            : { actionProps: { children: notice.action.label, onClick: notice.action.run } }),
        })
      }),
    [],
  )
  return (
    <Base.Provider toastManager={manager} limit={3} timeout={6_000}>
      <Base.Portal>
        <Base.Viewport className="b-toasts">
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  )
}

function ToastList() {
  const { toasts } = Base.useToastManager()
  return toasts.map((toast) => (
    <Base.Root className="b-toast" key={toast.id} toast={toast} swipeDirection={['right', 'down']}>
      <div className="b-toast-text">
        <Base.Title className="b-toast-title" render={<p />} />
        <Base.Description className="b-toast-description" />
      </div>
      {toast.actionProps !== undefined && <Base.Action render={<Button size="small" />} />}
      <Base.Close render={<Button look="ghost" size="small" data-shape="icon" aria-label="Dismiss" />}>
        <X size={14} aria-hidden />
      </Base.Close>
    </Base.Root>
  ))
}
