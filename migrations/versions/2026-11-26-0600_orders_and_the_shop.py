"""orders and requests, the shop, hours at which somebody comes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0080"
down_revision = "0070"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table('order_kind',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(40), nullable=False),
    sa.Column('kind_group', sa.String(40), nullable=False),
    sa.Column('title', JSON, nullable=False),
    sa.Column('detail', JSON, nullable=False),
    sa.Column('slots', sa.String(40), nullable=False),
    sa.Column('unpaid_hours', sa.Integer(), nullable=False),
    sa.Column('return_days', sa.Integer(), nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_kind')),
    sa.UniqueConstraint('code', name=op.f('uq_order_kind_code'))
    )
    op.create_table('order_stage',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', JSON, nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('may_change', sa.Boolean(), nullable=False),
    sa.Column('may_cancel', sa.Boolean(), nullable=False),
    sa.Column('responsible', JSON, nullable=False),
    sa.ForeignKeyConstraint(['kind_id'], ['order_kind.id'], name=op.f('fk_order_stage_kind_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_stage')),
    sa.UniqueConstraint('kind_id', 'code', name=op.f('uq_order_stage_kind_id_code')),
    sa.UniqueConstraint('kind_id', 'position', name=op.f('uq_order_stage_kind_id_position'))
    )
    op.create_table('shop_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(40), nullable=False),
    sa.Column('kind_id', sa.Uuid(), nullable=False),
    sa.Column('icon', sa.String(30), nullable=False),
    sa.Column('title', JSON, nullable=False),
    sa.Column('detail', JSON, nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(3), nullable=False),
    sa.Column('stock', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('price_minor >= 0', name=op.f('ck_shop_item_price')),
    sa.CheckConstraint('stock >= 0', name=op.f('ck_shop_item_stock')),
    sa.ForeignKeyConstraint(['kind_id'], ['order_kind.id'], name=op.f('fk_shop_item_kind_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop_item')),
    sa.UniqueConstraint('code', name=op.f('uq_shop_item_code'))
    )
    op.create_table('cart_line',
    sa.Column('billing_account_id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_cart_line_quantity')),
    sa.ForeignKeyConstraint(['billing_account_id'], ['billing_account.id'], name=op.f('fk_cart_line_billing_account_id')),
    sa.ForeignKeyConstraint(['item_id'], ['shop_item.id'], name=op.f('fk_cart_line_item_id')),
    sa.PrimaryKeyConstraint('billing_account_id', 'item_id', name=op.f('pk_cart_line'))
    )
    op.create_table('order_slot',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('calendar', sa.String(40), nullable=False),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.CheckConstraint('begins_at < ends_at', name=op.f('ck_order_slot_order')),
    sa.CheckConstraint('taken >= 0 AND taken <= capacity', name=op.f('ck_order_slot_capacity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_slot')),
    sa.UniqueConstraint('calendar', 'begins_at', name=op.f('uq_order_slot_calendar_begins_at'))
    )
    op.create_table('customer_order',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(20), nullable=False),
    sa.Column('billing_account_id', sa.Uuid(), nullable=False),
    sa.Column('kind_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(40), nullable=False),
    sa.Column('stage', sa.String(40), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delay', sa.String(300), nullable=False),
    sa.Column('needs', sa.String(300), nullable=False),
    sa.Column('answer', sa.String(1000), nullable=False),
    sa.Column('note', sa.String(1000), nullable=False),
    sa.Column('result', sa.String(1000), nullable=False),
    sa.Column('address', sa.String(200), nullable=False),
    sa.Column('slot_id', sa.Uuid(), nullable=True),
    sa.Column('carrier', sa.String(40), nullable=False),
    sa.Column('tracking', sa.String(60), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(3), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['billing_account_id'], ['billing_account.id'], name=op.f('fk_customer_order_billing_account_id')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_customer_order_invoice_id')),
    sa.ForeignKeyConstraint(['kind_id'], ['order_kind.id'], name=op.f('fk_customer_order_kind_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['order_slot.id'], name=op.f('fk_customer_order_slot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_order')),
    sa.UniqueConstraint('number', name=op.f('uq_customer_order_number'))
    )
    op.create_index('ix_customer_order_billing_account_id_created_at', 'customer_order', ['billing_account_id', 'created_at'], unique=False)
    op.create_index(op.f('ix_customer_order_invoice_id'), 'customer_order', ['invoice_id'], unique=False)
    op.create_index('ix_customer_order_status_due_at', 'customer_order', ['status', 'due_at'], unique=False)
    op.create_table('order_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('title', JSON, nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_order_line_quantity')),
    sa.ForeignKeyConstraint(['item_id'], ['shop_item.id'], name=op.f('fk_order_line_item_id')),
    sa.ForeignKeyConstraint(['order_id'], ['customer_order.id'], name=op.f('fk_order_line_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_line')),
    sa.UniqueConstraint('order_id', 'item_id', name=op.f('uq_order_line_order_id_item_id'))
    )
    op.create_table('order_step',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(80), nullable=False),
    sa.Column('details', JSON, nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['customer_order.id'], name=op.f('fk_order_step_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_step'))
    )
    op.create_index(op.f('ix_order_step_order_id'), 'order_step', ['order_id'], unique=False)
    # ### end Alembic commands ###


def downgrade() -> None:
    op.drop_table("order_step")
    op.drop_table("order_line")
    op.drop_table("customer_order")
    op.drop_table("order_slot")
    op.drop_table("cart_line")
    op.drop_table("shop_item")
    op.drop_table("order_stage")
    op.drop_table("order_kind")
