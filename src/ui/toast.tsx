import { Toast as Base } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { Button } from './button.tsx'
import './toast.css'

export interface Notice {
  readonly kind: 'info' | 'good' | 'refused'
  readonly title: string
  readonly text?: string
  /** Stays until it is closed. */
  readonly lasting?: boolean
}

const manager = Base.createToastManager()

/** Says something in the corner, politely; the same notice said again replaces itself. */
export function notify(notice: Notice): void {
  manager.add({
    id: `${notice.kind}:${notice.title}`,
    type: notice.kind,
    title: notice.title,
    description: notice.text,
    ...(notice.lasting === true ? { timeout: 0 } : {}),
  })
}

/** Where notices appear. Once per page. */
export function Toasts() {
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
    <Base.Root className="b-toast" key={toast.id} toast={toast}>
      <div className="b-toast-text">
        <Base.Title className="b-toast-title" />
        <Base.Description className="b-toast-description" />
      </div>
      <Base.Close render={<Button look="ghost" size="small" data-shape="icon" aria-label="Dismiss" />}>
        <X size={14} aria-hidden />
      </Base.Close>
    </Base.Root>
  ))
}
